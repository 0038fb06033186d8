import { z } from 'zod';
import { decoded, fitsHeader } from './http';
import { readable } from './itemPaths';
import { type Operation, OPERATIONS } from './operations';
import type { Reply } from './reply';
import type { Partly } from './uploadSessions';
import { errorBody } from './wireErrors';

const Answer = z.strictObject({
  status: z.int().min(200).max(599),
  headers: z
    .record(z.string(), z.string())
    .refine(
      (headers) => Object.entries(headers).every(([name, value]) => fitsHeader(name, value)),
      'no header can be so',
    )
    .optional(),
  body: z.unknown().optional(),
  raw: z.string().optional(),
  /** Short for Graph's error envelope with this code. */
  code: z.string().optional(),
});
const yes = z.literal(true).optional();
const ms = z.number().min(0).optional();

const On = z.strictObject({
  op: z.enum([...OPERATIONS, 'any']),
  /** An item's id or path, as written or as the page shows it. */
  item: z.string().optional(),
  /** The attachment's name. */
  name: z.string().optional(),
  /** How many ranges of the session were taken before. */
  rangeIndex: z.int().min(0).optional(),
  /** The how-manieth match is the first that fails, from 1. */
  nth: z.int().min(1).optional(),
});

const Do = z
  .strictObject({
    /** Nothing is committed. */
    answer: Answer.optional(),
    resetBefore: yes,
    /** Committed, and the reply lost, cut, or replaced. */
    resetAfter: yes,
    halfAnswer: yes,
    answerAfterCommit: Answer.optional(),
    /** The commit comes only so much later; now a reset, or `answer`. */
    commitLaterMs: ms,
    reset: yes,
    acceptOnly: z.int().min(0).optional(),
    repeatOffset: yes,
    missingRanges: z.array(z.tuple([z.int().min(0), z.int().min(0)])).optional(),
    expireNow: yes,
    delayMs: ms,
    noLocation: yes,
    noRanges: yes,
    corruptBytes: yes,
    listLagMs: ms,
  })
  .refine((effect) => Object.keys(effect).length > 0, 'a fault must do something');

const Fault = z.strictObject({ on: On, times: z.int().min(1).default(1), do: Do });

export type Effect = z.infer<typeof Do>;
/** What a fault may do to a commit that attaches. */
export type AttachOptions = Pick<Effect, 'listLagMs' | 'corruptBytes'>;
export type CommitOptions = Partly & AttachOptions & Pick<Effect, 'repeatOffset' | 'noLocation' | 'noRanges'>;
type Script = z.infer<typeof Fault> & { seen: number; fired: number };

/** What a script can tell a request by. `items`: every way to name its item. */
export interface Occasion {
  readonly op: Operation;
  readonly items: readonly string[];
  readonly name?: string;
  readonly rangeIndex?: number;
}

/** Fault scripts, in the order they were posted; the first that fits acts, and a test asks which did not. */
export class Faults {
  private scripts: Script[] = [];

  /** Appends one script or several. Throws a ZodError that names every fault in them. */
  add(scripts: unknown): void {
    const parsed = z.array(Fault).parse(Array.isArray(scripts) ? scripts : [scripts]);
    this.scripts.push(...parsed.map((script) => ({ ...script, seen: 0, fired: 0 })));
  }

  take(occasion: Occasion): Effect | undefined {
    const fitting = this.scripts.filter((script) => script.fired < script.times && fits(script, occasion));
    for (const script of fitting) script.seen++;
    const acting = fitting.find((script) => script.seen >= (script.on.nth ?? 1));
    if (acting === undefined) return undefined;
    acting.fired++;
    return acting.do;
  }

  report(): { pending: Script[]; consumed: Script[] } {
    const consumed = this.scripts.filter(({ fired, times }) => fired >= times);
    return { pending: this.scripts.filter((script) => !consumed.includes(script)), consumed };
  }

  clear(): void {
    this.scripts = [];
  }
}

function fits({ on }: Script, { op, items, name, rangeIndex }: Occasion): boolean {
  if (on.op !== 'any' && on.op !== op && !(on.op === 'put' && op === 'putLast')) return false;
  if (on.item !== undefined && !items.includes(on.item) && !items.includes(spelled(on.item))) return false;
  if (on.name !== undefined && on.name !== name) return false;
  return on.rangeIndex === undefined || on.rangeIndex === rangeIndex;
}

/** A path as the journal spells it, however much of it was percent-encoded. */
const spelled = (path: string): string => readable(path.split('/').map((segment) => decoded(segment) ?? segment));

/** A scripted answer on the wire. */
export function scripted({ status, headers = {}, body, raw, code }: z.infer<typeof Answer>, now: number): Reply {
  if (raw !== undefined)
    return { status, headers: { 'content-type': 'text/html; charset=utf-8', ...headers }, text: raw };
  if (code !== undefined) return { status, headers, json: errorBody(code, `Scripted: ${code}`, now) };
  return { status, headers, ...(body === undefined ? {} : { json: body }) };
}

import * as z from 'zod';
import { Do, type Effect } from './effects';
import { decoded } from './http';
import { readable } from './itemPaths';
import { type Operation, OPERATIONS } from './operations';

const On = z.strictObject({
  op: z.enum([...OPERATIONS, 'any']),
  /** A mailbox: `users/megan@contoso.com`. */
  mailbox: z.string().optional(),
  /** An item's id or path, as written or as the page shows it. */
  item: z.string().optional(),
  /** The attachment's name. */
  name: z.string().optional(),
  /** How many ranges of the session were taken before. */
  rangeIndex: z.int().min(0).optional(),
  /** The how-manieth match is the first that fails, from 1. */
  nth: z.int().min(1).optional(),
});

/** `times` (default 1), or `always`, or for some seconds from the first time on, by the stand-in's clock. */
const Fault = z
  .strictObject({
    on: On,
    times: z.union([z.int().min(1), z.literal('always')]).optional(),
    forSeconds: z.number().positive().optional(),
    do: Do,
  })
  .refine((fault) => fault.times === undefined || fault.forSeconds === undefined, 'either times or forSeconds');

type Script = z.infer<typeof Fault> & { seen: number; fired: number; firstAt?: number };

/** What a script can tell a request by. `items`: every way to name its item. */
export interface Occasion {
  readonly op: Operation;
  readonly mailbox: string;
  readonly items: readonly string[];
  readonly name?: string;
  readonly rangeIndex?: number;
}

/** Fault scripts, in the order they were posted; the first that fits acts, and a test asks which did not. */
export class Faults {
  private scripts: Script[] = [];

  constructor(private readonly now: () => number) {}

  /** Appends one script or several. Throws a ZodError that names every fault in them. */
  add(scripts: unknown): void {
    const parsed = z.array(Fault).parse(Array.isArray(scripts) ? scripts : [scripts]);
    this.scripts.push(...parsed.map((script) => ({ ...script, seen: 0, fired: 0 })));
  }

  take(occasion: Occasion): Effect | undefined {
    const fitting = this.scripts.filter((script) => this.acts(script) && fits(script, occasion));
    for (const script of fitting) script.seen++;
    const acting = fitting.find((script) => script.seen >= (script.on.nth ?? 1));
    if (acting === undefined) return undefined;
    acting.fired++;
    acting.firstAt ??= this.now();
    return acting.do;
  }

  private acts({ times = 1, forSeconds, fired, firstAt }: Script): boolean {
    if (forSeconds !== undefined) return firstAt === undefined || this.now() < firstAt + forSeconds * 1000;
    return times === 'always' || fired < times;
  }

  /** Consumed: it did all it was asked to; one without a number of times, at least once. */
  report(): { pending: Script[]; consumed: Script[] } {
    const consumed = this.scripts.filter(
      ({ fired, times = 1, forSeconds }) => fired >= (times === 'always' || forSeconds !== undefined ? 1 : times),
    );
    return { pending: this.scripts.filter((script) => !consumed.includes(script)), consumed };
  }

  clear(): void {
    this.scripts = [];
  }
}

function fits({ on }: Script, { op, mailbox, items, name, rangeIndex }: Occasion): boolean {
  if (on.op !== 'any' && on.op !== op && !(on.op === 'put' && op === 'putLast')) return false;
  if (on.item !== undefined && !items.includes(on.item) && !items.includes(spelled(on.item))) return false;
  if (on.mailbox !== undefined && on.mailbox.toLowerCase() !== mailbox) return false;
  if (on.name !== undefined && on.name !== name) return false;
  return on.rangeIndex === undefined || on.rangeIndex === rangeIndex;
}

/** A path as the journal spells it, however much of it was percent-encoded. */
const spelled = (path: string): string => readable(path.split('/').map((segment) => decoded(segment) ?? segment));

/** What a fault script may do to a request, and what it may answer instead. */
import * as z from 'zod';
import { fitsHeader } from './http';
import { NameChanges } from './names';
import { NotFoundFor } from './visibility';
import type { Partly } from './uploadSessions';

const headers = z
  .record(z.string(), z.string())
  .refine((all) => Object.entries(all).every(([name, value]) => fitsHeader(name, value)), 'no header can be so');

/** Any status with any code and any text; `as` says in what body. */
export const Answer = z.strictObject({
  status: z.int().min(200).max(599),
  headers: headers.optional(),
  body: z.unknown().optional(),
  raw: z.string().optional(),
  /** Short for Graph's error envelope with this code. */
  code: z.string().optional(),
  message: z.string().nullable().optional(),
  /** `bare`: an error without `innerError`; `cut`: half of the envelope. */
  as: z.enum(['envelope', 'bare', 'text', 'html', 'cut', 'none']).optional(),
});
export type ScriptedAnswer = z.infer<typeof Answer>;

const yes = z.literal(true).optional();
const ms = z.number().min(0).optional();

export const Do = z
  .strictObject({
    /** Nothing is committed. */
    answer: Answer.optional(),
    resetBefore: yes,
    /** The true answer, and nothing is done. */
    pretend: yes,
    /** Committed, and the reply lost, cut, or replaced. */
    resetAfter: yes,
    halfAnswer: yes,
    answerAfterCommit: Answer.optional(),
    /** Headers beside those of the true answer, such as `Retry-After` on a 202. */
    addHeaders: headers.optional(),
    /** The commit comes only so much later; now a reset, or `answer`. */
    commitLaterMs: ms,
    acceptOnly: z.int().min(0).optional(),
    repeatOffset: yes,
    missingRanges: z.array(z.tuple([z.int().min(0), z.int().min(0)])).optional(),
    /** 201 though bytes are missing: `short` attaches what has come, `nothing` attaches nothing. */
    complete: z.enum(['short', 'nothing']).optional(),
    expireNow: yes,
    delayMs: ms,
    noLocation: yes,
    noRanges: yes,
    corruptBytes: yes,
    listLagMs: ms,
    /** The name that the attachment gets, or how its own is changed. */
    storeName: z.string().min(1).optional(),
    names: NameChanges.partial().optional(),
    /** `$value` answers 200 with nothing, or with so many bytes of what it has. */
    value: z.union([z.literal('empty'), z.strictObject({ prefixBytes: z.int().min(0) })]).optional(),
    /** The new item is not found for so many seconds, by operation. */
    notFoundFor: NotFoundFor.optional(),
  })
  .refine((effect) => Object.keys(effect).length > 0, 'a fault must do something');

export type Effect = z.infer<typeof Do>;

/** What a fault may do to a commit that attaches. */
export type AttachOptions = Pick<Effect, 'listLagMs' | 'corruptBytes' | 'storeName' | 'names'>;
export type CommitOptions = Partly &
  AttachOptions &
  Pick<Effect, 'repeatOffset' | 'noLocation' | 'noRanges' | 'complete' | 'value' | 'notFoundFor'>;

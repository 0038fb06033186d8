import { note, Why } from '../job/story';
import { finish, startFindingDraft, startFindingSent, takeBack } from './machine/changes';
import { begun, decide, next } from './machine/decide';
import type { Plan, Progress, Step } from './machine/progress';

/**
 * What is on the record of a delivery so that any execution, of any version, can go on with it.
 * Facts are what must never be forgotten, in a form that never changes. The checkpoint is the machine's own state: it saves
 * work, and is read by the versions that know its schema.
 */
export interface Facts {
  /** Requests that make a draft were begun: each may have made one. */
  readonly createsBegun: number;
  readonly lastCreateAt?: number;
  /** The draft that the delivery made. */
  readonly draft?: Draft;
  /** Sends, or updates of the event, that were begun: each may have been done. */
  readonly sendsBegun: number;
  /** The answer to a send was lost: the request may still be on its way, so that it is never repeated. */
  readonly isSendLost?: boolean;
  readonly sentAt?: number;
  /** It is being taken back, for this reason: nothing is attached or sent any more. */
  readonly closed?: Why;
  readonly cancelRequestedAt?: number;
}
export interface Draft {
  readonly id: string;
  readonly item: string;
  readonly isMarked: boolean;
  /** By which it is found in Sent Items where it carries no mark. */
  readonly internetMessageId?: string;
}
export interface Checkpoint {
  readonly schema: number;
  readonly progress: unknown;
}
export const schema = 1;

/** Goes on from the record: with the step that was under way as if its reply was lost. */
export function resume(
  plan: Plan,
  facts: Facts,
  checkpoint: Checkpoint | undefined,
  now: number,
): readonly [Progress, Step] {
  const known = checkpoint && readCheckpoint(checkpoint);
  const [progress, step] =
    known && knowsAll(known, facts)
      ? decide(note({ ...known, plan }, now, 'resumed'), { kind: 'crashed' }, now)
      : fromFacts(plan, facts, now);
  return facts.cancelRequestedAt === undefined || progress.undoing
    ? [progress, step]
    : decide(progress, { kind: 'cancelRequested' }, now);
}

/** A checkpoint that is older than a fact is of no use. */
const knowsAll = ({ sends, creates, undoing, phase }: Progress, facts: Facts): boolean =>
  sends.begun >= facts.sendsBegun &&
  creates.begun >= facts.createsBegun &&
  (facts.isSendLost !== true || (phase.name === 'findingSent' && phase.after === 'lost')) &&
  (facts.closed === undefined || undoing !== undefined);

/** A schema is added here when `Progress` changes: an older one is turned into the newer one, step by step. */
const upgrades: Readonly<Record<number, (progress: never) => unknown>> = {};

function readCheckpoint({ schema: from, progress }: Checkpoint): Progress | undefined {
  let read = progress;
  for (let at = from; at < schema; at++) {
    const upgrade = upgrades[at];
    if (!upgrade) return undefined;
    read = upgrade(read as never);
  }
  return from > schema ? undefined : (read as Progress);
}

/**
 * Nothing of the state can be read. What may have been sent or made is looked for; otherwise it goes on from the first file:
 * the record of each upload says whether it has ended.
 */
function fromFacts(plan: Plan, facts: Facts, now: number): readonly [Progress, Step] {
  const { draft, createsBegun, sendsBegun, lastCreateAt = now } = facts;
  const fresh = begun(plan, now);
  const p: Progress = {
    ...note(fresh, now, 'resumed'),
    item: plan.item ?? draft?.item ?? null,
    mark: draft?.isMarked === true ? 'set' : 'none',
    creates: { begun: createsBegun, lastAt: lastCreateAt, unclear: Math.max(0, createsBegun - (draft ? 1 : 0)) },
    sends: { begun: sendsBegun, lastAt: now },
  };
  if (facts.sentAt !== undefined) return next(finish(p, true, facts.sentAt), now);
  if (facts.closed !== undefined) return next(takeBack({ ...p, undoing: facts.closed }), now);
  if (sendsBegun > 0) return next(startFindingSent(p, facts.isSendLost ? 'lost' : 'crashed', now), now);
  if (plan.item !== null || createsBegun === 0) return next(p, now);
  // of the last one the look will tell
  const creates = { ...p.creates, unclear: Math.max(0, createsBegun - 1) };
  return next(startFindingDraft({ ...p, creates }, now), now);
}

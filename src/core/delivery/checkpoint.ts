import type { StepHead } from '../job/machine';
import type { Checkpoint } from '../job/record';
import { note } from '../job/story';
import { finish, startFindingDraft, startFindingSent, takeBack } from './machine/changes';
import { begun, decide, next } from './machine/decide';
import type { Plan, Progress, Step, StepKind } from './machine/progress';
import type { Facts } from './record';

/**
 * How a delivery goes on from its record after its orchestration was lost. Facts are never forgotten and their form never
 * changes. The checkpoint is the machine's own state: it saves work, and is read by the versions that know its schema.
 */
export const schema = 1;

/**
 * Without the plan, which follows from the request. `by`: the schema of the version that made the state; another version's
 * activity may be the one that writes it.
 */
export const checkpointOf = (progress: Progress, by = schema): Checkpoint => ({
  schema: by,
  progress: { ...progress, plan: undefined },
});

/** Steps that change something, and looks after them, pass the fence, which saves the state in the same write. */
const fenced: readonly string[] = [
  'createDraft',
  'findDraft',
  'markDraft',
  'startUpload',
  'sendMessage',
  'notifyAttendees',
  'findSent',
  'findNotified',
  'settleUploads',
  'takeBack',
  'deleteDraft',
  'deleteExtraDrafts',
] satisfies StepKind[];
export const isFenced = ({ do: step }: StepHead): boolean => fenced.includes(step);

/** What the record remembers of a step that passes the fence: it may make a draft, or be on the way back. */
export function factsWith(facts: Facts, step: StepHead, progress: Progress, now: number): Facts {
  if (step.do === 'createDraft') return { ...facts, createsBegun: facts.createsBegun + 1, lastCreateAt: now };
  return step.do === 'settleUploads' && progress.undoing && facts.closed === undefined
    ? { ...facts, closed: progress.undoing }
    : facts;
}

/** Goes on from the record: with the step that was under way as if its reply was lost. */
export function resume(
  plan: Plan,
  facts: Facts,
  checkpoint: Checkpoint | undefined,
  cancelRequested: boolean,
  now: number,
): readonly [Progress, Step] {
  const known = checkpoint && readCheckpoint(checkpoint);
  const [progress, step] =
    known && knowsAll(known, facts)
      ? decide(note({ ...known, plan }, now, 'resumed'), { kind: 'crashed' }, now)
      : fromFacts(plan, facts, now);
  return cancelRequested && !progress.undoing ? decide(progress, { kind: 'cancelRequested' }, now) : [progress, step];
}

/** A checkpoint that is older than a fact is of no use. */
const knowsAll = ({ sends, creates, undoing }: Saved, facts: Facts): boolean =>
  sends.begun >= facts.sendsBegun &&
  creates.begun >= facts.createsBegun &&
  (facts.closed === undefined || undoing !== undefined);

/** A schema is added here when `Progress` changes: an older one is turned into the newer one, step by step. */
const upgrades: Readonly<Record<number, (progress: never) => unknown>> = {};

type Saved = Omit<Progress, 'plan'>;

function readCheckpoint({ schema: from, progress }: Checkpoint): Saved | undefined {
  let read = progress;
  for (let at = from; at < schema; at++) {
    const upgrade = upgrades[at];
    if (!upgrade) return undefined;
    read = upgrade(read as never);
  }
  return from > schema ? undefined : (read as Saved); // written by checkpointOf only
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
    mark: facts.takesNoMark ? 'impossible' : draft?.isMarked === true ? 'set' : 'none',
    creates: { begun: createsBegun, lastAt: lastCreateAt, unclear: Math.max(0, createsBegun - (draft ? 1 : 0)) },
    sends: { begun: sendsBegun, lastAt: now },
  };
  if (facts.sentAt !== undefined) return next(finish(p, true, facts.sentAt), now);
  if (facts.closed !== undefined) return next(takeBack({ ...p, undoing: facts.closed }), now);
  if (sendsBegun > 0) return next(startFindingSent(p, false, now), now);
  if (plan.item !== null || createsBegun === 0) return next(p, now);
  // of the last one the look will tell
  const creates = { ...p.creates, unclear: Math.max(0, createsBegun - 1) };
  return next(startFindingDraft({ ...p, creates }, now), now);
}

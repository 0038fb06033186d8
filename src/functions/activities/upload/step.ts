import type { InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import { isAwaited, isStillFirst, passFence } from '../../../app/jobs/fence';
import { Log, logTo, logWaiting, mailboxHash } from '../../../app/log';
import { requestOf } from '../../../app/uploads/requestOf';
import type { Checkpoint, FenceToken, Turn } from '../../../core/job/record';
import { commits, isFenced, readCheckpoint, SavedProgress } from '../../../core/upload/checkpoint';
import { uploadMachine } from '../../../core/upload/machine/decide';
import { isRepetition, stepLine, waitOf } from '../../../core/upload/log';
import type { Outcome, Step } from '../../../core/upload/machine/progress';
import type { UploadRecord, UploadRequest } from '../../../core/upload/record';
import { dependencies, Dependencies } from '../../../dependencies';
import { keyOf, Reply, StepActivity, StepInput } from '../../../orchestrators/contract';

/** What a step's activity gets. */
export interface StepCall<K extends StepActivity> {
  readonly request: UploadRequest;
  readonly step: Extract<Step, { do: K }>;
  /** The machine's state, where the step reads it. */
  readonly progress: SavedProgress | undefined;
  /** What the fence said; `first` for steps that need not pass it. */
  readonly turn: Turn;
  readonly token: FenceToken;
  /** False where the job went on while this run slept: then it must not act any more. */
  readonly mayStillAct: () => Promise<boolean>;
  /** False where the job has gone on without this step, however long the step may take. */
  readonly isAwaited: () => Promise<boolean>;
}
export type StepRun<K extends StepActivity> = (call: StepCall<K>, deps: Dependencies) => Promise<Outcome>;

/** Registers a step of an upload. */
export function stepActivity<K extends StepActivity>(name: K, run: StepRun<K>): void {
  df.app.activity(name, {
    handler: async (input: StepInput<K>, context: InvocationContext) => {
      const deps = dependencies();
      const { id } = input;
      const step: Step = input.step;
      const span = { id, name, attributes: { uploadId: id, step: step.no } };
      const work = (): Promise<Reply<Outcome>> => runStep(run, input, context.invocationId, deps);
      const reply = await deps.tracing.step(span, work, ({ said }) => ({ outcome: said.kind }));
      await tell(input, reply.said, deps, logTo(context));
      return reply;
    },
  });
}

/** Logs what the step showed. Never fails: what it did counts. */
async function tell(
  { id, step, state }: Pick<StepInput, 'id' | 'state'> & { readonly step: Step },
  said: Outcome,
  deps: Dependencies,
  log: Log,
): Promise<void> {
  const reason = waitOf(step, said);
  const isReading = step.do === 'findAttachment'; // it may have made an unclear end clear
  if (deps.problems.length > 0 || (reason === undefined && !isReading && !isRepetition(said))) return;
  try {
    const request = await requestOf(id, deps.records);
    const progress = state && readCheckpoint(uploadMachine, state);
    const line = stepLine(request, mailboxHash(request), { step, progress }, said);
    if (line) log(line);
    if (reason !== undefined) await logWaiting(request, reason, deps.records, log);
  } catch {
    return; // its record is out of reach
  }
}

/** Between the fence and a request nothing may take longer, or the record is read once more. */
const freshMs = 5_000;

/** Performs one step: with wrong settings nothing; behind the fence nothing; a plain range saves the state beside its work. */
export async function runStep<K extends StepActivity>(
  run: StepRun<K>,
  input: StepInput<K>,
  by: string,
  deps: Dependencies,
  readRequest = requestOf,
  machine = uploadMachine,
): Promise<Reply<Outcome>> {
  const { id, epoch, state } = input;
  const step: Step = input.step;
  const answer = (said: Outcome): Reply<Outcome> => ({ to: keyOf(step), said });
  if (deps.problems.length > 0) return answer({ kind: 'notReady' });
  const token: FenceToken = { epoch, no: step.no, by };
  const save = (): Promise<Turn> =>
    passFence(deps.records, id, token, (record) => saved(record, step, state, deps.clock()), deps.clock());
  const call = (turn: Turn, passedAt: number, request: UploadRequest): StepCall<K> => ({
    request,
    step: input.step,
    progress: state && readCheckpoint(machine, state),
    turn,
    token,
    mayStillAct: async () =>
      deps.clock() - passedAt < freshMs ||
      ((await isStillFirst(deps.records, id, token)) && deps.clock() - passedAt < 4 * freshMs),
    isAwaited: () => isAwaited(deps.records, id, token),
  });
  if (isFenced(step)) {
    const passedAt = deps.clock();
    const turn = await save();
    return answer(await run(call(turn, passedAt, await readRequest(id, deps.records)), deps));
  }
  // without this write a resume only begins earlier
  const saving = state && step.do === 'uploadRange' ? save().catch(() => undefined) : undefined;
  const said = await run(call('first', deps.clock(), await readRequest(id, deps.records)), deps);
  await saving;
  return answer(said);
}

/** The state, and before a commit the fact that there may be one. */
function saved(record: UploadRecord, step: Step, state: Checkpoint | undefined, now: number): UploadRecord {
  const facts = commits(step)
    ? { ...record.facts, commits: record.facts.commits + 1, lastCommitAt: now }
    : record.facts;
  return { ...record, facts, ...(state ? { checkpoint: state } : {}) };
}

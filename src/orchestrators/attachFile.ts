import * as df from 'durable-functions';
import type { OrchestrationContext, OrchestrationHandler, Task } from 'durable-functions';
import { paced } from '../core/mailbox/paced';
import { SlotAnswer, SlotStep, slotStep } from '../core/mailbox/slot';
import { checkpointOf, needsProgress } from '../core/upload/checkpoint';
import { liveStatus } from '../core/upload/live';
import { UploadMachine, uploadMachine } from '../core/upload/machine/decide';
import type { Outcome, Progress, Step } from '../core/upload/machine/progress';
import { needsOf } from '../core/upload/needs';
import { MailboxCall, mailboxName, NudgeInput, orchestratorNames, Pacing, UploadState } from './contract';
import type { MailboxAnswer } from './mailbox';
import { Job, run } from './run';
import { nowOf, settled, settledHearing, Steps } from './tasks';

export type UploadJob = Job<UploadState, Step | SlotStep, Outcome | SlotAnswer, Pacing>;

/** One file to one item, by the machine that decides. */
export const uploadJob = (machine: UploadMachine): UploadJob => ({
  machine: paced(machine, needsOf),
  schema: machine.schema,
  activities: { claim: 'claimUpload', end: 'endUpload' },
  status: liveStatus,
  input: ({ job }, step) => (needsProgress(step) ? { state: checkpointOf(job, machine.schema) } : {}),
  perform: (context, { id, step }, { job }, pacing, nudge) =>
    step.do === 'acquire' || step.do === 'release'
      ? askMailbox(context, id, step, pacingOf(job, pacing), nudge)
      : undefined,
  *leave(context, id, { job, slot }, pacing, nudge) {
    const now = nowOf(context);
    const release = slotStep(slot, now, 'end', now);
    if (release) yield* askMailbox(context, id, release, pacingOf(job, pacing), nudge);
  },
});

const pacingOf = ({ itemKey }: Progress, pacing: Pacing): Pacing =>
  itemKey === undefined ? pacing : { ...pacing, itemKey };

/** An entity cannot wake an orchestration: the caller tells those who may go next. */
function* askMailbox(
  context: OrchestrationContext,
  id: string,
  step: SlotStep,
  pacing: Pacing,
  nudge: Task,
): Steps<Outcome | SlotAnswer> {
  const { mailboxKey, itemKey, lockUntil, isSmall, concurrency, bytesPerWindow } = pacing;
  const lock = step.locks ? { lock: { id, item: itemKey, until: lockUntil } } : {};
  const call: MailboxCall = {
    id,
    isSmall,
    step,
    ...lock,
    limits: { concurrency, bytesPerWindow },
    now: nowOf(context),
  };
  const mailbox = new df.EntityId(mailboxName, mailboxKey);
  const answer = yield* settled<MailboxAnswer>(context.df.callEntity(mailbox, step.do, call));
  if (!answer) return { kind: 'crashed' };
  const nudged: NudgeInput = { ids: answer.wake };
  // while it tells the others, somebody may tell it
  if (nudged.ids.length > 0) yield* settledHearing(context, context.df.callActivity('nudge', nudged), nudge);
  return answer.said;
}

export const attachFile: OrchestrationHandler = function* (context) {
  return yield* run(context, uploadJob(uploadMachine));
};
df.app.orchestration(orchestratorNames.attachFile, attachFile);

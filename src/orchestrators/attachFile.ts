import * as df from 'durable-functions';
import type { OrchestrationContext, OrchestrationHandler, Task } from 'durable-functions';
import type { Outcome } from '../core/upload/machine/outcome';
import { isOfPacer } from '../core/upload/machine/placeOutcomes';
import type { PacerStep, Progress, Step } from '../core/upload/machine/progressState';
import { begin, beginRecovery, decide, liveStatus } from '../core/upload/machine/uploadProgress';
import {
  AttachFileInput,
  BeginInput,
  Begun,
  Ended,
  EndInput,
  eventNames,
  mailboxPacerName,
  orchestratorNames,
  Pacing,
  StepInput,
  WakeInput,
} from './contract';
import type { PacerAnswer, PacerInput } from './mailboxPacer';
import { hasFailed, insisted, isDone, nowOf, raced, settled, sleepUntil } from './tasks';

type Steps<T> = Generator<Task, T, unknown>;
type BegunUpload = Extract<Begun, { kind: 'begun' }>;

/** The one waiter for a free place: an event goes to the last that was made, and an abandoned one would swallow it. */
interface Wake {
  admitted: Task;
}

/** Who decides. A test may look over its shoulder. */
export interface UploadMachine {
  readonly begin: typeof begin;
  readonly beginRecovery: typeof beginRecovery;
  readonly decide: typeof decide;
}

/** The orchestrations of one file: they obey the steps that the machine decides, and know nothing of HTTP. */
export const orchestrationsBy = (
  machine: UploadMachine,
): { readonly attachFile: OrchestrationHandler; readonly recoverUpload: OrchestrationHandler } => ({
  attachFile: (context) => runUpload(context, machine, false),
  recoverUpload: (context) => runUpload(context, machine, true),
});

/**
 * attachFile: one blob to one item.
 * recoverUpload: ends an upload whose orchestration the platform lost: cleans up after it.
 */
export const { attachFile, recoverUpload } = orchestrationsBy({ begin, beginRecovery, decide });

function* runUpload(context: OrchestrationContext, machine: UploadMachine, recovers: boolean): Steps<string> {
  const { id } = context.df.getInput<AttachFileInput>();
  const cancel = context.df.waitForExternalEvent(eventNames.cancelRequested); // made once, raced with every task
  const wake: Wake = { admitted: context.df.waitForExternalEvent(eventNames.admitted) };
  const execution = context.df.newGuid(context.df.instanceId);
  const input: BeginInput = { id, execution, recovers };
  const upload = yield* insisted(context, 'beginUpload', input, (said: Begun) => said.kind !== 'notReady');
  if (upload.kind === 'superseded') return 'superseded';

  let [progress, step] = recovers
    ? machine.beginRecovery(upload.plan, upload, nowOf(context))
    : machine.begin(upload.plan, nowOf(context));
  let cancelSeen = upload.cancelRequested;
  if (cancelSeen && !recovers) {
    [progress, step] = machine.decide(progress, { kind: 'cancelRequested' }, nowOf(context));
  }
  while (step.do !== 'end') {
    context.df.setCustomStatus(liveStatus(progress, step, nowOf(context)));
    const said = yield* obey(context, step, upload, execution, cancelSeen ? undefined : cancel, wake, progress);
    if (said) [progress, step] = machine.decide(progress, said, nowOf(context));
    if (!cancelSeen && isDone(cancel)) {
      cancelSeen = true;
      [progress, step] = machine.decide(progress, { kind: 'cancelRequested' }, nowOf(context));
    }
  }
  const end: EndInput = { id, execution, end: step.end };
  yield* insisted(context, 'endUpload', end, (said: Ended) => said === 'ended');
  return step.end.status;
}

/** Waits for the step's time, then does it. Undefined where a cancel came before anything was done. */
function* obey(
  context: OrchestrationContext,
  step: Step,
  upload: BegunUpload,
  execution: string,
  cancel: Task | undefined,
  wake: Wake,
  progress: Progress,
): Steps<Outcome | undefined> {
  const cancels = cancel ? [cancel] : [];
  if (step.notBefore > nowOf(context)) {
    const wakes = progress.waitingFor === 'mailbox' ? [wake.admitted] : [];
    if (!wakes.some(isDone)) yield* sleepUntil(context, step.notBefore, [...cancels, ...wakes]);
    if (isDone(wake.admitted)) wake.admitted = context.df.waitForExternalEvent(eventNames.admitted);
    if (cancel && isDone(cancel)) return undefined;
  }
  if (isOfPacer(step)) return yield* askPacer(context, step, upload.request.id, upload.pacing);
  const input: StepInput = { request: upload.request, execution, step };
  const work = context.df.callActivity(step.do, input);
  if (!(yield* raced(context, work, cancels))) yield* settled(work); // let what is in flight settle: it may be the end
  return hasFailed(work) ? { kind: 'crashed' } : (work.result as Outcome);
}

function* askPacer(context: OrchestrationContext, step: PacerStep, uploadId: string, pacing: Pacing): Steps<Outcome> {
  const now = nowOf(context);
  const limits = { concurrency: pacing.concurrency, bytesPerWindow: pacing.bytesPerWindow };
  const pacer = new df.EntityId(mailboxPacerName, pacing.mailboxKey);
  const { nameKey, isSmall } = pacing;
  const call = (operation: string, input: Omit<PacerInput, 'now' | 'limits'>): Task =>
    context.df.callEntity(pacer, operation, { now, limits, ...input } satisfies PacerInput);
  switch (step.do) {
    case 'requestAdmission': {
      const { wantBytes, leastBytes, unusedBytes } = step;
      const request = { uploadId, askNo: step.no, nameKey, wantBytes, leastBytes, unusedBytes, isSmall };
      const answer = yield* settled<PacerAnswer>(call('request', { request }));
      if (!answer) return { kind: 'crashed' };
      if (answer.isAdmitted) return { kind: 'admitted', grantedBytes: answer.grantedBytes };
      return answer.until === undefined ? { kind: 'queued' } : { kind: 'queued', until: answer.until };
    }
    case 'reportThrottle':
      yield* settled(call('throttled', { until: step.until }));
      return { kind: 'noted' };
    case 'restInMailbox':
      return yield* wakeNext(
        context,
        call('rest', { resting: { uploadId, nameKey, isSmall, unusedBytes: step.unusedBytes } }),
      );
    case 'leaveMailbox':
      return yield* wakeNext(context, call('leave', { leaving: { uploadId, unusedBytes: step.unusedBytes } }));
  }
}

/** A place is free: an entity cannot tell those who wait for it, so the one who left it does. */
function* wakeNext(context: OrchestrationContext, leaving: Task): Steps<Outcome> {
  const left = yield* settled<{ wake: string[] }>(leaving);
  const wake: WakeInput = { ids: left?.wake ?? [] };
  if (wake.ids.length > 0) yield* settled(context.df.callActivity('wakeUploads', wake));
  return { kind: 'noted' };
}

df.app.orchestration(orchestratorNames.attachFile, attachFile);
df.app.orchestration(orchestratorNames.recoverUpload, recoverUpload);

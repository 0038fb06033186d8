import * as df from 'durable-functions';
import type { OrchestrationContext, OrchestrationHandler, Task } from 'durable-functions';
import type { DeliveryOutcome } from '../core/delivery/machine/deliveryOutcome';
import { beginDelivery, beginRecovery, decideDelivery, deliveryLive } from '../core/delivery/machine/deliveryProgress';
import type { DeliveryStep } from '../core/delivery/machine/deliveryState';
import {
  AttachFileInput,
  BeginInput,
  BegunDelivery,
  DeliverInput,
  DeliveryStepInput,
  Ended,
  EndDeliveryInput,
  eventNames,
  orchestratorNames,
} from './contract';
import { hasFailed, insisted, isDone, nowOf, raced, settled, sleepUntil } from './tasks';

type Steps<T> = Generator<Task, T, unknown>;

/** Several files to one item, and its one send: obeys the steps that core decides. Each file is an attachFile of its own. */
export const deliver: OrchestrationHandler = (context) => runDelivery(context, false);

/** Ends a delivery whose orchestration the platform lost. It never sends. */
export const recoverDelivery: OrchestrationHandler = (context) => runDelivery(context, true);

function* runDelivery(context: OrchestrationContext, recovers: boolean): Steps<string> {
  const { id } = context.df.getInput<DeliverInput>();
  const cancel = context.df.waitForExternalEvent(eventNames.cancelRequested); // made once, raced with every task
  const execution = context.df.newGuid(context.df.instanceId);
  const input: BeginInput = { id, execution, recovers };
  const begun = yield* insisted(context, 'beginDelivery', input, (said: BegunDelivery) => said.kind !== 'notReady');
  if (begun.kind === 'superseded') return 'superseded';

  const { plan, known } = begun;
  let [progress, step] = recovers ? beginRecovery(plan, known, nowOf(context)) : beginDelivery(plan, nowOf(context));
  let cancelSeen = recovers; // its cause is known already, and nothing is under way that a cancel could stop
  if (known.cancelRequested && !recovers) {
    cancelSeen = true;
    [progress, step] = decideDelivery(progress, { kind: 'cancelRequested' }, nowOf(context));
  }
  while (step.do !== 'end') {
    context.df.setCustomStatus(deliveryLive(progress, step, nowOf(context)));
    const said = yield* obey(context, { id, execution, step }, cancelSeen ? [] : [cancel]);
    if (said) [progress, step] = decideDelivery(progress, said, nowOf(context));
    if (!cancelSeen && isDone(cancel)) {
      cancelSeen = true;
      [progress, step] = decideDelivery(progress, { kind: 'cancelRequested' }, nowOf(context));
    }
  }
  const end: EndDeliveryInput = { id, execution, end: step.end };
  yield* insisted(context, 'endDelivery', end, (said: Ended) => said === 'ended');
  return step.end.status;
}

/** Waits for the step's time, then does it. Undefined where a cancel came before anything was done. */
function* obey(
  context: OrchestrationContext,
  input: DeliveryStepInput,
  cancels: readonly Task[],
): Steps<DeliveryOutcome | undefined> {
  const { step } = input;
  if (step.notBefore > nowOf(context)) {
    yield* sleepUntil(context, step.notBefore, cancels);
    if (cancels.some(isDone)) return undefined;
  }
  if (step.do === 'attach') return yield* attach(context, input, step, cancels);
  const work = context.df.callActivity(step.do, input);
  if (!(yield* raced(context, work, cancels))) yield* settled(work); // what is in flight may be the send: its word counts
  return hasFailed(work) ? { kind: 'crashed' } : (work.result as DeliveryOutcome);
}

/** So long we wait for the word of an upload's orchestration; one that was purged says nothing for ever. */
const patienceMs = 15 * 60_000;

/**
 * One file, by the orchestration that attaches every file. Whatever becomes of that, the upload's record tells: where it is
 * not over, it is looked at again and again, and on a cancel until it has ended. (A task that was waited for once is not
 * waited for in a second `Task.any`: durable-functions would schedule it again.)
 */
function* attach(
  context: OrchestrationContext,
  input: DeliveryStepInput,
  { uploadId }: Extract<DeliveryStep, { do: 'attach' }>,
  cancels: readonly Task[],
): Steps<DeliveryOutcome> {
  const start: AttachFileInput = { id: uploadId };
  const upload = context.df.callSubOrchestrator(orchestratorNames.attachFile, start, uploadId);
  const patience = context.df.createTimer(new Date(nowOf(context) + patienceMs));
  yield* raced(context, upload, [patience, ...cancels]);
  if (!isDone(patience)) patience.cancel();
  const said = yield* settled<DeliveryOutcome>(context.df.callActivity('checkUpload', input));
  return said ?? { kind: 'crashed' };
}

df.app.orchestration(orchestratorNames.deliver, deliver);
df.app.orchestration(orchestratorNames.recoverDelivery, recoverDelivery);

import type { InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import { deliveryMailboxHash, Log, logTo, mailboxHash } from '../../../app/log';
import { isStillFirst, passFence } from '../../../app/jobs/fence';
import { checkpointOf, factsWith, isFenced } from '../../../core/delivery/checkpoint';
import { deliveryStepLine, isTrouble } from '../../../core/delivery/log';
import type { Outcome, Progress, Step } from '../../../core/delivery/machine/progress';
import type { DeliveryRecord } from '../../../core/delivery/record';
import type { Event } from '../../../core/job/machine';
import type { Instances } from '../../../core/job/ports';
import type { FenceToken, Turn } from '../../../core/job/record';
import { uploadAccepted } from '../../../core/upload/log';
import { dependencies, Dependencies } from '../../../dependencies';
import { DeliveryActivity, DeliveryStepInput, keyOf, Reply } from '../../../orchestrators/contract';

/** What a step's activity gets. */
export interface DeliveryCall<K extends DeliveryActivity> {
  /** As it was read when the fence was passed. */
  readonly record: DeliveryRecord;
  readonly step: Extract<Step, { do: K }>;
  readonly progress: Progress;
  /** What the fence said; `first` for steps that need not pass it. */
  readonly turn: Turn;
  readonly token: FenceToken;
  /** False where the job went on while this run slept: then it must not act any more. */
  readonly mayStillAct: () => Promise<boolean>;
  readonly instances: Instances;
}
export type DeliverySaid = Outcome | Event;
export type DeliveryRun<K extends DeliveryActivity> = (
  call: DeliveryCall<K>,
  deps: Dependencies,
) => Promise<DeliverySaid>;

/** Registers a step of a delivery. */
export function deliveryActivity<K extends DeliveryActivity>(name: K, run: DeliveryRun<K>): void {
  df.app.activity(name, {
    extraInputs: [df.input.durableClient()],
    handler: async (input: DeliveryStepInput<K>, context: InvocationContext) => {
      const deps = dependencies();
      const instances = deps.instances(df.getClient(context));
      const { id } = input;
      const step: Step = input.step;
      const span = { id, name, attributes: { deliveryId: id, step: step.no } };
      const work = (): Promise<Reply<DeliverySaid>> =>
        runDeliveryStep(run, input, context.invocationId, deps, instances);
      const reply = await deps.tracing.step(span, work, ({ said }) => ({ outcome: said.kind }));
      await tell(input, reply.said, deps, logTo(context));
      return reply;
    },
  });
}

/** Logs what the step showed, and an upload that it started. Never fails: what it did counts. */
async function tell(
  input: Pick<DeliveryStepInput, 'id' | 'progress'> & { readonly step: Step },
  said: DeliverySaid,
  deps: Dependencies,
  log: Log,
): Promise<void> {
  if (deps.problems.length > 0) return;
  try {
    if (input.step.do === 'startUpload' && said.kind === 'started') {
      const upload = (await deps.records.get(input.step.uploadId))?.value.request;
      if (upload) log(uploadAccepted(upload, mailboxHash(upload)));
      return;
    }
    if (!isTrouble(said)) return;
    const found = await deps.deliveries.get(input.id);
    const line = found && deliveryStepLine(found.value, deliveryMailboxHash(found.value), input, said);
    if (line) log(line);
  } catch {
    return; // its record is out of reach
  }
}

/** Between the fence and a request nothing may take longer, or the record is read once more. */
const freshMs = 5_000;

/** Performs one step: with wrong settings nothing; what changes something passes the fence, which saves the state. */
export async function runDeliveryStep<K extends DeliveryActivity>(
  run: DeliveryRun<K>,
  input: DeliveryStepInput<K>,
  by: string,
  deps: Dependencies,
  instances: Instances,
): Promise<Reply<DeliverySaid>> {
  const { id, epoch, progress } = input;
  const step: Step = input.step;
  const answer = (said: DeliverySaid): Reply<DeliverySaid> => ({ to: keyOf(step), said });
  if (deps.problems.length > 0) return answer({ kind: 'notReady' });
  const token: FenceToken = { epoch, no: step.no, by };
  const passedAt = deps.clock();
  const save = (record: DeliveryRecord): DeliveryRecord => ({
    ...record,
    facts: factsWith(record.facts, step, progress, passedAt),
    checkpoint: checkpointOf(progress, input.schema),
  });
  const turn = isFenced(step) ? await passFence(deps.deliveries, id, token, save, passedAt) : 'first';
  const found = await deps.deliveries.get(id);
  if (!found) throw new Error(`The record of delivery ${id} is gone.`);
  const mayStillAct = async (): Promise<boolean> =>
    deps.clock() - passedAt < freshMs ||
    ((await isStillFirst(deps.deliveries, id, token)) && deps.clock() - passedAt < 4 * freshMs);
  return answer(
    await run({ record: found.value, step: input.step, progress, turn, token, mayStillAct, instances }, deps),
  );
}

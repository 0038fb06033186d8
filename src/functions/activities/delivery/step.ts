import * as df from 'durable-functions';
import type { DeliveryOutcome } from '../../../core/delivery/machine/deliveryOutcome';
import type { DeliveryRecord } from '../../../core/delivery/record';
import type { DeliveryStep } from '../../../core/delivery/machine/deliveryState';
import { dependencies, Dependencies } from '../../../dependencies';
import type { DeliveryActivity, DeliveryStepInput } from '../../../orchestrators/contract';

/** What a step's activity gets: its step, the record as it was just read, the execution that asks. */
export interface DeliveryCall<K extends DeliveryStep['do']> {
  readonly record: DeliveryRecord;
  readonly execution: string;
  readonly step: Extract<DeliveryStep, { do: K }>;
}
export type DeliveryRun<K extends DeliveryStep['do']> = (
  call: DeliveryCall<K>,
  deps: Dependencies,
) => Promise<DeliveryOutcome>;

/** Registers a step of a delivery. */
export function deliveryActivity<K extends DeliveryActivity>(name: K, run: DeliveryRun<K>): void {
  df.app.activity(name, { handler: (input: DeliveryStepInput) => runDeliveryStep(run, input, dependencies()) });
}

/** With wrong settings it does nothing and says so: the orchestrator waits. */
export async function runDeliveryStep<K extends DeliveryStep['do']>(
  run: DeliveryRun<K>,
  { id, execution, step }: DeliveryStepInput,
  deps: Dependencies,
): Promise<DeliveryOutcome> {
  if (deps.problems.length > 0) return { kind: 'notReady' };
  const found = await deps.deliveries.get(id);
  if (!found) throw new Error(`The record of delivery ${id} is gone.`);
  return run({ record: found.value, execution, step: step as Extract<DeliveryStep, { do: K }> }, deps);
}

import * as df from 'durable-functions';
import type { DeliveryOutcome } from '../../core/deliveryOutcome';
import type { DeliveryRecord } from '../../core/deliveryRecord';
import { Mailbox, mailboxOf, parseMailbox } from '../../core/deliveryStart';
import type { DeliveryStep } from '../../core/deliveryState';
import { Item, parseItemPath } from '../../core/itemPath';
import { dependencies, Dependencies } from '../../dependencies';
import type { DeliveryActivity, DeliveryStepInput } from '../../orchestrators/activityContract';
import { updateRecord } from './records';

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

/** Changes the record for as long as this execution works on it: what is stored then, and whether this call wrote it. */
export async function updateOurs(
  deps: Pick<Dependencies, 'deliveries' | 'clock'>,
  id: string,
  execution: string,
  change: (record: DeliveryRecord) => DeliveryRecord | undefined,
): Promise<{ readonly stored: DeliveryRecord | undefined; readonly isWritten: boolean }> {
  const last: { written?: DeliveryRecord | undefined } = {};
  const stored = await updateRecord(deps.deliveries, id, (record) => {
    const changed = record.claimedBy === execution && !record.end ? change(record) : undefined;
    return (last.written = changed && { ...changed, updatedAt: deps.clock() });
  });
  return { stored, isWritten: last.written !== undefined };
}

/** The item that the files go to; the draft, once it is made. */
export function itemOfDelivery({ id, request, draft }: DeliveryRecord): Item {
  const text = request.target.kind === 'item' ? request.target.item : draft?.item;
  const parsed = text === undefined ? undefined : parseItemPath(text);
  if (!parsed?.ok) throw new Error(`The record of delivery ${id} holds no item.`);
  return parsed.item;
}

/** The mailbox that is searched for the message. */
export function mailboxOfDelivery(record: DeliveryRecord): Mailbox {
  const { target } = record.request;
  const mailbox = target.kind === 'newDraft' ? parseMailbox(target.mailbox) : mailboxOf(itemOfDelivery(record));
  if (!mailbox) throw new Error(`The record of delivery ${record.id} holds no mailbox.`);
  return mailbox;
}

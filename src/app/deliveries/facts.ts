import type { DeliveryRecord, Facts } from '../../core/delivery/record';
import { FenceToken, turnOf } from '../../core/job/record';
import type { Dependencies } from '../../dependencies';
import { updateRecord } from '../jobs/records';

type Records = Pick<Dependencies, 'deliveries' | 'clock'>;

/**
 * Writes down what a step found, while its execution works on the delivery. `change` returns undefined to leave the facts as
 * they are. The record as it is then.
 */
export const noteFacts = (
  { deliveries, clock }: Records,
  id: string,
  token: FenceToken,
  change: (facts: Facts) => Facts | undefined,
): Promise<DeliveryRecord | undefined> =>
  updateRecord(deliveries, id, (record) => {
    const facts = turnOf(record, token) === 'late' ? undefined : change(record.facts);
    return facts && { ...record, facts, updatedAt: clock() };
  });

/** The same for what is of use and no more: the step has its answer whether this is written or not. */
export async function noteQuietly(
  deps: Records,
  id: string,
  token: FenceToken,
  change: (facts: Facts) => Facts | undefined,
): Promise<void> {
  await noteFacts(deps, id, token, change).catch(() => undefined);
}

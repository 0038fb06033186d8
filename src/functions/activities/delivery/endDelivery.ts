import * as df from 'durable-functions';
import { dependencies, Dependencies } from '../../../dependencies';
import type { EndDeliveryInput, Ended } from '../../../orchestrators/contract';
import { updateRecord } from '../../../app/jobs/records';

/** Writes the end onto the record, once: it is the last word. */
export async function endDelivery(
  { id, execution, end }: EndDeliveryInput,
  deps: Pick<Dependencies, 'deliveries'>,
): Promise<void> {
  await updateRecord(deps.deliveries, id, (record) =>
    record.end || record.claimedBy !== execution
      ? undefined
      : { ...record, state: end.status, end, updatedAt: end.endedAt },
  );
}

df.app.activity('endDelivery', {
  handler: async (input: EndDeliveryInput): Promise<Ended> => {
    const deps = dependencies();
    if (deps.problems.length > 0) return 'notReady';
    await endDelivery(input, deps);
    return 'ended';
  },
});

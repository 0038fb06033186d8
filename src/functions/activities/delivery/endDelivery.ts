import * as df from 'durable-functions';
import { updateRecord } from '../../../app/jobs/records';
import type { DeliveryEnd, DeliveryRecord } from '../../../core/delivery/record';
import { dependencies, Dependencies } from '../../../dependencies';
import type { Ended, EndInput } from '../../../orchestrators/contract';

/** Writes the end onto the record, once: it is the last word. */
export async function endDelivery(
  { id, epoch, step: { end } }: EndInput<DeliveryEnd>,
  deps: Pick<Dependencies, 'deliveries'>,
): Promise<void> {
  await updateRecord(deps.deliveries, id, (record) =>
    record.end || record.run?.epoch !== epoch ? undefined : withEnd(record, end),
  );
}

function withEnd(record: DeliveryRecord, end: DeliveryEnd): DeliveryRecord {
  const { checkpoint: _checkpoint, ...rest } = record;
  return { ...rest, state: end.status, end, updatedAt: end.endedAt };
}

df.app.activity('endDelivery', {
  handler: async (input: EndInput<DeliveryEnd>): Promise<Ended> => {
    const deps = dependencies();
    if (deps.problems.length > 0) return { kind: 'notReady' };
    await endDelivery(input, deps);
    return { kind: 'ended' };
  },
});

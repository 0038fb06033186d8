import type { DeliveryRecord } from '../../core/delivery/record';
import type { Dependencies } from '../../dependencies';
import { updateRecord } from '../jobs/records';

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

import type { DeliveryRecord } from '../../core/delivery/record';
import type { Instances } from '../../core/job/ports';
import type { UploadRecord } from '../../core/upload/record';
import type { Dependencies } from '../../dependencies';
import { eventNames } from '../../orchestrators/contract';
import { startDeliveryIfForgotten } from '../intake/acceptDelivery';
import { updateRecord } from '../jobs/records';

type Cancelling = Pick<Dependencies, 'records' | 'clock'>;

/**
 * Asks for a cancel: the record as it is then, ended or not. The record is marked before anybody is told: the send looks at it,
 * and whichever is there first wins. A delivery that was sent ends as sent.
 */
export async function requestCancel(
  id: string,
  deps: Cancelling & Pick<Dependencies, 'deliveries'> & { readonly instances: Instances },
): Promise<DeliveryRecord | undefined> {
  const record = await updateRecord(deps.deliveries, id, (now) => cancelled(now, deps.clock()));
  if (record?.state === 'active' && record.cancelRequestedAt !== undefined) {
    await startDeliveryIfForgotten(record, deps.instances); // it is its orchestration that ends it
    await deps.instances.raise(id, eventNames.cancelRequested, null);
    await cancelUploads(record, deps, deps.instances);
  }
  return record;
}

function cancelled(record: DeliveryRecord, now: number): DeliveryRecord | undefined {
  const isTooLate = record.state !== 'active' || record.facts.sentAt !== undefined;
  return isTooLate || record.cancelRequestedAt !== undefined
    ? undefined
    : { ...record, cancelRequestedAt: now, updatedAt: now };
}

/** Ends the uploads that nobody has begun and cancels those under way. Each as it is then; undefined where there is none. */
export const cancelUploads = (
  { request }: DeliveryRecord,
  deps: Cancelling,
  instances: Instances,
): Promise<(UploadRecord | undefined)[]> => Promise.all(request.uploads.map((id) => cancelOne(id, deps, instances)));

async function cancelOne(
  id: string,
  { records, clock }: Cancelling,
  instances: Instances,
): Promise<UploadRecord | undefined> {
  const stored = await updateRecord(records, id, (record) => cancelledUpload(record, clock()));
  if (stored && !stored.end) await instances.raise(id, eventNames.cancelRequested, null);
  return stored;
}

/** Whoever claims it later finds it ended. */
function cancelledUpload(record: UploadRecord, now: number): UploadRecord | undefined {
  if (record.end) return undefined;
  if (record.run !== undefined)
    return record.cancelRequestedAt === undefined ? { ...record, cancelRequestedAt: now, updatedAt: now } : undefined;
  const timeline = [{ at: now, event: 'cancelRequested' }];
  const end = { status: 'cancelled' as const, warnings: record.request.warnings, timeline, bytesSent: 0, endedAt: now };
  return { ...record, state: end.status, end, updatedAt: now };
}

import { cancelUploads } from '../../../app/deliveries/cancel';
import { attachmentIdOf } from '../../../app/deliveries/endedUploads';
import type { UploadRecord } from '../../../core/upload/record';
import type { Dependencies } from '../../../dependencies';
import { DeliveryCall, DeliverySaid, deliveryActivity } from './step';

/** Longer names are cut: they are for people, and there may be a hundred. */
const mostCharacters = 80;

/**
 * On the way back, which is on the record now: ends the uploads that were never begun, cancels those under way, and tells what
 * is attached when none is left.
 */
export async function settleUploads(
  { record, turn, instances }: DeliveryCall<'settleUploads'>,
  deps: Pick<Dependencies, 'records' | 'clock'>,
): Promise<DeliverySaid> {
  if (turn === 'late') return { kind: 'unclear' };
  const found = await cancelUploads(record, deps, instances);
  const uploads = found.filter((upload) => upload !== undefined); // one without a record was never begun
  if (uploads.some(({ end }) => !end)) return { kind: 'uploadsActive' };
  const ref = ({ id, request }: UploadRecord) => ({ id, name: request.name.slice(0, mostCharacters) });
  return {
    kind: 'uploadsEnded',
    removable: uploads.filter((upload) => typeof attachmentIdOf(upload) === 'string').map(ref),
    fixed: uploads.filter((upload) => attachmentIdOf(upload) === null).map((upload) => ref(upload).name),
  };
}

deliveryActivity('settleUploads', settleUploads);

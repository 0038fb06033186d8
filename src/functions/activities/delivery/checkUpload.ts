import { endedUpload, goneUpload } from '../../../app/deliveries/endedUploads';
import type { Dependencies } from '../../../dependencies';
import { DeliveryCall, DeliverySaid, deliveryActivity } from './step';

/** What the record of an upload says: that is the last word, whatever became of its orchestration. */
export async function checkUpload(
  { step }: Pick<DeliveryCall<'checkUpload'>, 'step'>,
  deps: Pick<Dependencies, 'records'>,
): Promise<DeliverySaid> {
  const found = await deps.records.get(step.uploadId);
  const upload = found ? endedUpload(found.value) : goneUpload(step.uploadId);
  return upload ? { kind: 'uploadEnded', upload } : { kind: 'uploadActive', isBegun: found?.value.run !== undefined };
}

deliveryActivity('checkUpload', checkUpload);

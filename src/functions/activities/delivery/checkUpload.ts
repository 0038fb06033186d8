import type { DeliveryOutcome } from '../../../core/delivery/machine/deliveryOutcome';
import type { Dependencies } from '../../../dependencies';
import { DeliveryCall, deliveryActivity } from './step';
import { uploadGone, uploadOver } from '../../../app/deliveries/endedUploads';

/** What the record of an upload says: that is the last word, whatever became of its orchestration. */
export async function checkUpload(
  { step }: Pick<DeliveryCall<'checkUpload' | 'attach'>, 'step'>,
  deps: Pick<Dependencies, 'records'>,
): Promise<DeliveryOutcome> {
  const found = await deps.records.get(step.uploadId);
  const upload = found ? uploadOver(found.value) : uploadGone(step.uploadId);
  return upload ? { kind: 'uploadOver', upload } : { kind: 'uploadActive' };
}

deliveryActivity('checkUpload', checkUpload);

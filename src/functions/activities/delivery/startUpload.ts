import { endedUpload, goneUpload } from '../../../app/deliveries/endedUploads';
import { isAlive } from '../../../app/jobs/alive';
import type { Dependencies } from '../../../dependencies';
import { JobInput, orchestratorNames } from '../../../orchestrators/contract';
import { DeliveryCall, DeliverySaid, deliveryActivity } from './step';

/** Starts the orchestration of one file; fine where it runs. Its end nudges the delivery. */
export async function startUpload(
  { step, turn, instances }: DeliveryCall<'startUpload'>,
  deps: Pick<Dependencies, 'records'>,
): Promise<DeliverySaid> {
  if (turn === 'late') return { kind: 'unclear' };
  const found = await deps.records.get(step.uploadId);
  if (!found) return { kind: 'uploadEnded', upload: goneUpload(step.uploadId) };
  const upload = endedUpload(found.value);
  if (upload) return { kind: 'uploadEnded', upload };
  try {
    const input: JobInput = { id: step.uploadId };
    if (!isAlive(await instances.status(step.uploadId)))
      await instances.start(orchestratorNames.attachFile, step.uploadId, input);
    return { kind: 'started' };
  } catch {
    return { kind: 'notDone' }; // the platform could not be asked, or somebody was quicker
  }
}

deliveryActivity('startUpload', startUpload);

import type { Instances } from '../../core/ports';
import type { UploadRecord } from '../../core/uploadRecord';
import type { Dependencies } from '../../dependencies';
import { writeReceipt } from '../activities/writeReceipt';
import { inSmallSteps, SmallSteps } from '../inSmallSteps';

export type PurgeDependencies = Omit<Dependencies, 'instances'> & { readonly instances: Instances };

const batch = 500;

/** Removes uploads that ended before a time (ms), the longest ago first, with all that Durable holds of them. */
export async function purgeUploads(endedBefore: number, deps: PurgeDependencies, steps: SmallSteps): Promise<void> {
  for (;;) {
    const ended = await deps.records.listEnded(endedBefore, batch);
    let purged = 0;
    await inSmallSteps(ended, async (record) => (purged += (await purgeUpload(record, deps)) ? 1 : 0), steps);
    if (ended.length < batch || purged === 0 || steps.clock() >= steps.until) return;
  }
}

/**
 * The record goes last: as long as it is there, whatever a crash left is found again. False where an execution is still
 * on its way out.
 */
async function purgeUpload(record: UploadRecord, deps: PurgeDependencies): Promise<boolean> {
  const instanceIds = [record.id, `${record.id}-recovery`];
  for (const id of instanceIds) if (await isAlive(id, deps.instances)) return false;
  await writeReceipt(record, undefined, deps); // from now on the receipt alone says that this version had its turn
  for (const id of instanceIds) await deps.instances.purge(id);
  await deps.records.remove(record.id);
  return true;
}

async function isAlive(id: string, instances: Instances): Promise<boolean> {
  const status = (await instances.status(id))?.runtimeStatus ?? 'Completed';
  return ['Pending', 'Running', 'Suspended', 'ContinuedAsNew'].includes(status);
}

import { outboxWork } from '../../core/outbox/listing';
import type { ReceiptRow } from '../../core/outbox/ports';
import type { UploadRecords } from '../../core/upload/ports';
import { forEachLimited, Limited } from './forEachLimited';
import type { PurgeDependencies } from './purgeEnded';

/** Removes receipts written before a time (ms) whose blob is gone; a receipt lives as long as its blob. */
export async function purgeReceipts(writtenBefore: number, deps: PurgeDependencies, steps: Limited): Promise<void> {
  // the receipts first: a blob that is written meanwhile has a receipt of another version than the one to be removed
  const receipts = await deps.receipts.list();
  const { orphans } = outboxWork(await deps.receipts.listOutbox(), receipts);
  const old = orphans.filter(({ value }) => value.writtenAt < writtenBefore);
  await forEachLimited(
    old,
    async (receipt) => {
      if (!(await isUnderWay(receipt.value, deps.records))) await deps.receipts.remove(receipt);
    },
    steps,
  );
}

async function isUnderWay({ state, uploadId }: ReceiptRow, records: UploadRecords): Promise<boolean> {
  if (state !== 'accepted' || uploadId === undefined) return false;
  return (await records.get(uploadId))?.value.state === 'active';
}

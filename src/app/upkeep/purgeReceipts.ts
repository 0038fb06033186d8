import type { Versioned } from '../../core/job/ports';
import type { ReceiptRow } from '../../core/outbox/ports';
import type { UploadRecords } from '../../core/upload/ports';
import { forEachLimited, Limited } from './forEachLimited';
import { outboxMemory } from './outboxMemory';
import type { PurgeDependencies } from './purgeEnded';

/**
 * Removes receipts written before a time (ms) whose blob is gone; a receipt lives as long as its blob. Looks at a part of them,
 * the next run at the next part.
 */
export async function purgeReceipts(writtenBefore: number, deps: PurgeDependencies, steps: Limited): Promise<void> {
  const { receipts, records } = deps;
  const purge = async (receipt: Versioned<ReceiptRow>): Promise<void> => {
    // a blob that is written meanwhile gives its receipt another version than the one to be removed
    if (await receipts.hasBlob(receipt.value.receiptName)) return;
    if (!(await isUnderWay(receipt.value, records))) await receipts.remove(receipt);
  };
  for await (const page of outboxMemory(receipts).kept.next(steps.until, steps.clock)) {
    const old = page.filter(({ value }) => value.writtenAt < writtenBefore && !value.isOthers);
    await forEachLimited(old, purge, steps);
  }
}

async function isUnderWay({ state, uploadId }: ReceiptRow, records: UploadRecords): Promise<boolean> {
  if (state !== 'accepted' || uploadId === undefined) return false;
  return (await records.get(uploadId))?.value.state === 'active';
}

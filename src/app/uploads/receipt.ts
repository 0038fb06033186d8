import { mayWrite, outboxContainer, uploadReceipt } from '../../core/outbox/receipt';
import type { UploadRecord } from '../../core/upload/record';
import type { LiveStatus } from '../../core/upload/resource';
import type { Dependencies } from '../../dependencies';

const mostRounds = 10;

/**
 * Tells in the receipt of an outbox blob how its upload stands, unless the receipt speaks of a newer version by now or has
 * the outcome already. Does nothing for any other blob. Throws where storage gives no answer.
 */
export async function writeReceipt(
  record: UploadRecord,
  live: LiveStatus | undefined,
  { receipts }: Pick<Dependencies, 'receipts'>,
): Promise<void> {
  const { blob } = record.request;
  if (blob?.container !== outboxContainer) return;
  for (let round = 0; round < mostRounds; round++) {
    const found = await receipts.find(blob.name);
    if (!mayWrite(found, record)) return;
    if (await receipts.write(blob.name, uploadReceipt(record, blob.etag, live), found?.version)) return;
  }
  throw new Error(`A receipt changed ${mostRounds} times under our hands.`);
}

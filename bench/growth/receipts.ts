import type { BlobServiceClient } from '@azure/storage-blob';
import { setTimeout as delay } from 'node:timers/promises';
import { blobService } from '../../local/parts/storage';

const atOnce = 8;

/** A blob of the outbox whose receipt says that it has had its turn. */
export interface OutboxTemplate {
  blobName: string;
  etag: string;
  receiptName: string;
  text: string;
  metadata: Record<string, string>;
}

/** Waits until that blob of the outbox has a receipt. @returns both, to be copied */
export async function finishedReceipt(storage: string, blobName: string): Promise<OutboxTemplate> {
  const service = blobService(storage);
  const receiptName = `${blobName}.json`;
  const receipt = service.getContainerClient('receipts').getBlobClient(receiptName);
  for (;;) {
    if (await receipt.exists()) {
      const text = (await receipt.downloadToBuffer()).toString();
      if (text.includes('"succeeded"')) {
        const { metadata = {} } = await receipt.getProperties();
        const { etag = '' } = await service.getContainerClient('outbox').getBlobClient(blobName).getProperties();
        return { blobName, etag, receiptName, text, metadata };
      }
    }
    await delay(250);
  }
}

/** Adds blobs to the outbox, each with a receipt like the template's: `from` to `to`, by number. */
export async function addReceipts(storage: string, template: OutboxTemplate, from: number, to: number): Promise<void> {
  const service = blobService(storage);
  let next = from;
  const work = async (): Promise<void> => {
    while (next < to) await addOne(service, template, next++);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

async function addOne(service: BlobServiceClient, template: OutboxTemplate, n: number): Promise<void> {
  const { blobName, receiptName, text, metadata } = template;
  const copy = (name: string): string => name.replace(/([^/]+)$/, `${n}-$1`);
  const blob = service.getContainerClient('outbox').getBlockBlobClient(copy(blobName));
  const { etag = '' } = await blob.uploadData(Buffer.from('x'));
  const replaced = (value: string): string =>
    value.replaceAll(template.etag, etag).replaceAll(bare(template.etag), bare(etag));
  const receipt = service.getContainerClient('receipts').getBlockBlobClient(copy(receiptName));
  await receipt.uploadData(Buffer.from(replaced(text)), {
    metadata: Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, replaced(value)])),
    blobHTTPHeaders: { blobContentType: 'application/json' },
  });
}

const bare = (etag: string): string => etag.replaceAll('"', '');

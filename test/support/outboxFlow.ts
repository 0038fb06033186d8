import { createHash, randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { UploadView } from '../../local/parts/appClient';
import { blobService } from '../../local/parts/storage';
import type { TestApp } from './app';

export type ReceiptView = Partial<UploadView> & { code?: string };

/** Asks again and again until there is an answer. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>, withinMs = 150_000): Promise<T> {
  const giveUpAt = Date.now() + withinMs;
  while (Date.now() < giveUpAt) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await delay(50);
  }
  throw new Error(`Not within ${withinMs} ms: ${what}`);
}

/** What specs do with the outbox of an app. */
export function outboxOf(app: TestApp) {
  const service = blobService(app.storage);
  const receipts = service.getContainerClient('receipts');
  const outbox = service.getContainerClient('outbox');
  async function receipt(name: string): Promise<ReceiptView | undefined> {
    try {
      // one request: a receipt may be replaced between two
      const { readableStreamBody } = await receipts.getBlobClient(`${name}.json`).download();
      return JSON.parse(await text(readableStreamBody as Readable)) as ReceiptView;
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode === 404) return undefined;
      throw error;
    }
  }
  return {
    receipt,
    exists: (name: string): Promise<boolean> => outbox.getBlobClient(name).exists(),
    put: async (name: string, bytes = randomBytes(1000), metadata: Record<string, string> = {}): Promise<string> => {
      await outbox.getBlockBlobClient(name).upload(bytes, bytes.length, { metadata });
      return createHash('sha256').update(bytes).digest('hex');
    },
    /** The id of the upload that the blob has become, from its receipt. */
    started: (name: string): Promise<string> => until(`the start of ${name}`, async () => (await receipt(name))?.id),
    /** The receipt once it says how it ended, of that upload if one is named. */
    outcome: (name: string, not?: string): Promise<ReceiptView> =>
      until(`the outcome of ${name}`, async () => {
        const found = await receipt(name);
        const final = found?.code !== undefined || ['succeeded', 'failed', 'cancelled'].includes(String(found?.status));
        return final && (not === undefined || found?.id !== not) ? found : undefined;
      }),
    call: async (name: string, input: string): Promise<number> =>
      (await app.call('POST', `/admin/functions/${name}`, { input })).status,
  };
}

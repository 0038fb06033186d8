import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { UploadView } from '../parts/appClient';
import { putSampleBlob } from '../parts/sampleBytes';
import { blobService } from '../parts/storage';
import { megabytes, say } from './output';
import { demand, type Prop, type Scene, type Stage } from './stage';

const bytes = 8_000_000;

/** A file that nobody posts anywhere: it is written into the outbox, and its name says where it is to go. */
export const outboxFile: Scene = {
  title: 'The outbox: a blob whose name is the item',
  async play(stage) {
    const item = await stage.newDraft('adele@contoso.com');
    const file = await putIntoOutbox(stage, item, 'offer.pdf');
    const startedAt = Date.now();
    const upload = await stage.follow((await noticed(stage, item)).id);
    await stage.proveAttachedOnce(item, file, upload, startedAt);
    const receipt = await receiptOf(stage, file.blob);
    demand(receipt.status === 'succeeded' && receipt.id === upload.id, 'The receipt does not tell of this upload.');
    say(`  the receipt says so too: ${file.blob.replace('outbox/', 'receipts/')}.json`);
  },
};

async function putIntoOutbox(stage: Stage, item: string, name: string): Promise<Prop> {
  const sha256 = await putSampleBlob(stage.laptop.storage, 'outbox', `${item}/${name}`, bytes);
  say(`  ${megabytes(bytes)} put into blob storage: outbox/${item}/${name}`);
  return { blob: `outbox/${item}/${name}`, name, size: bytes, sha256 };
}

/** The upload, once the app has found the blob. */
async function noticed(stage: Stage, item: string): Promise<UploadView> {
  const path = `/api/uploads?item=${encodeURIComponent(item)}`;
  for (let look = 0; look < 700; look++) {
    const [upload] = (await stage.app.call<{ value: UploadView[] }>('GET', path)).body.value;
    if (upload) return upload;
    await delay(100);
  }
  throw new Error('The app did not find the blob in its outbox.');
}

/** The receipt is written right after the end. */
async function receiptOf(stage: Stage, blob: string): Promise<Partial<UploadView>> {
  const name = `${blob.slice('outbox/'.length)}.json`;
  const client = blobService(stage.laptop.storage).getContainerClient('receipts').getBlobClient(name);
  for (let look = 0; ; look++) {
    const { readableStreamBody } = await client.download(); // in one request: it may be replaced between two
    const receipt = JSON.parse(await text(readableStreamBody as Readable)) as Partial<UploadView>;
    if (receipt.status === 'succeeded' || look === 50) return receipt;
    await delay(100);
  }
}

import { createHash } from 'node:crypto';
import { BlobItem, ContainerClient, RestError } from '@azure/storage-blob';
import type { Versioned } from '../../core/job/ports';
import type { OutboxBlob, Receipt, ReceiptRow, Receipts, ReceiptState } from '../../core/outbox/ports';
import { outboxContainer, receiptsContainer } from '../../core/outbox/receipt';
import { BlobAccount, listingLimit, openBlobService, operationLimit, unlessAnswered } from './service';

/** A page is parsed in one go, in which nothing else runs. */
const pageSize = 500;

/**
 * Receipts as blobs beside the outbox, in the same account. What decides stands in a receipt's metadata, so that a listing
 * is enough to know it. The container is made when it is first missed.
 */
export function blobReceipts(account: BlobAccount, hub = 'BlobToOutlook'): Receipts {
  const service = openBlobService(account);
  const receipts = service.getContainerClient(receiptsContainer);
  const outbox = service.getContainerClient(outboxContainer);

  async function write(blobName: string, receipt: Receipt, version: string | undefined): Promise<string | undefined> {
    const client = receipts.getBlockBlobClient(receiptNameOf(blobName));
    const text = Buffer.from(`${JSON.stringify(receipt.body, null, 2)}\n`);
    const put = () =>
      client.upload(text, text.length, {
        conditions: version === undefined ? { ifNoneMatch: '*' } : { ifMatch: version },
        blobHTTPHeaders: { blobContentType: contentTypeOf(receipt) },
        metadata: metadataOf(receipt, hub),
        abortSignal: operationLimit(),
      });
    const written = await unlessAnswered([404, 409, 412], async () => {
      try {
        return await put();
      } catch (error) {
        if (!isMissingContainer(error)) throw error;
        await receipts.createIfNotExists();
        return put();
      }
    });
    return written && quoted(written.etag);
  }

  return {
    write,
    async find(blobName) {
      const name = receiptNameOf(blobName);
      const abortSignal = operationLimit();
      const found = await unlessAnswered([404], () => receipts.getBlobClient(name).getProperties({ abortSignal }));
      return found && rowOf(name, found.etag, found.lastModified, found.metadata, hub);
    },
    async remove({ value, version }) {
      const options = { conditions: { ifMatch: version }, abortSignal: operationLimit() };
      const client = receipts.getBlobClient(value.receiptName);
      return (await unlessAnswered([404, 412], () => client.delete(options))) !== undefined;
    },
    list: () =>
      listed(receipts, true, ({ name, properties: { etag, lastModified }, metadata }) =>
        rowOf(name, etag, lastModified, metadata, hub),
      ),
    listOutbox: () =>
      listed(outbox, false, ({ name, properties }): OutboxBlob => ({
        name,
        etag: quoted(properties.etag),
        receiptName: receiptNameOf(name),
      })),
  };
}

/** A blob's name has at most 1,024 characters: where `.json` is too much for it, its end gives way to its hash. */
export function receiptNameOf(blobName: string): string {
  const [suffix, longest] = ['.json', 1024];
  if (blobName.length + suffix.length <= longest) return blobName + suffix;
  const hash = `~${createHash('sha256').update(blobName).digest('hex')}`;
  return blobName.slice(0, longest - suffix.length - hash.length) + hash + suffix;
}

const metadataOf = ({ etag, state, uploadId }: Receipt, hub: string): Record<string, string> => ({
  etag,
  state,
  hub: encodeURIComponent(hub),
  ...(uploadId === undefined ? {} : { uploadid: uploadId }),
});

const contentTypeOf = ({ state }: Receipt): string =>
  state === 'refused' ? 'application/problem+json' : 'application/json';

/** Undefined for a blob that is no receipt of ours. */
function rowOf(
  receiptName: string,
  version: string | undefined,
  writtenAt: Date | undefined,
  metadata: Record<string, string> = {},
  hub: string,
): Versioned<ReceiptRow> | undefined {
  const { etag, state, uploadid, hub: owner } = metadata;
  if (etag === undefined || !isState(state)) return undefined;
  const isOthers = owner !== undefined && owner.toLowerCase() !== encodeURIComponent(hub).toLowerCase();
  const others = isOthers ? { isOthers: true as const } : {};
  const row = { receiptName, etag, state, writtenAt: writtenAt?.getTime() ?? 0, ...others };
  return { value: uploadid === undefined ? row : { ...row, uploadId: uploadid }, version: quoted(version) };
}

const states: readonly (string | undefined)[] = ['accepting', 'accepted', 'ended', 'refused'] satisfies ReceiptState[];
const isState = (text: string | undefined): text is ReceiptState => states.includes(text);

/** A whole container, of each blob only what is wanted; empty where there is no such container. */
async function listed<T>(
  container: ContainerClient,
  includeMetadata: boolean,
  wanted: (item: BlobItem) => T | undefined,
): Promise<T[]> {
  const found: T[] = [];
  const options = { includeMetadata, abortSignal: listingLimit() };
  await unlessAnswered([404], async () => {
    for await (const page of container.listBlobsFlat(options).byPage({ maxPageSize: pageSize })) {
      for (const item of page.segment.blobItems) {
        const row = wanted(item);
        if (row !== undefined) found.push(row);
      }
    }
  });
  return found;
}

/** Listings give an ETag without quotes, headers with them. */
const quoted = (etag: string | undefined): string => `"${(etag ?? '').replaceAll('"', '')}"`;

const isMissingContainer = (error: unknown): boolean =>
  error instanceof RestError && error.statusCode === 404 && error.code === 'ContainerNotFound';

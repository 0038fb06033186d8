import { createHash } from 'node:crypto';
import { BlobItem, ContainerClient, RestError } from '@azure/storage-blob';
import type { Versioned } from '../../core/job/ports';
import type { OutboxBlob, Page, Receipt, ReceiptRow, Receipts, ReceiptState } from '../../core/outbox/ports';
import { outboxContainer, receiptsContainer } from '../../core/outbox/receipt';
import { cannotBeWritten, ListingApart, Unlisted } from './listing';
import { BlobAccount, listingLimit, openBlobService, operationLimit, unlessAnswered } from './service';

/** A page is parsed in one go, in which nothing else runs. */
const pageSize = 1000;

/**
 * Receipts as blobs beside the outbox, in the same account. What decides stands in a receipt's metadata, so that a listing
 * is enough to know it. The container is made when it is first missed.
 */
export function blobReceipts(
  account: BlobAccount,
  hub = 'BlobToOutlook',
  unlisted: (container: string, prefix: string) => void = () => undefined,
): Receipts {
  const service = openBlobService(account);
  const apart = openBlobService(account, { maxTries: 1 });
  const receipts = service.getContainerClient(receiptsContainer);
  const outbox = service.getContainerClient(outboxContainer);

  const listing: Listing = {
    apart: (name) => apart.getContainerClient(name),
    unlisted,
  };

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
    list: (from) =>
      pageOf(receipts, listing, from, true, ({ name, properties: { etag, lastModified }, metadata }) =>
        rowOf(name, etag, lastModified, metadata, hub),
      ),
    listOutbox: (from) =>
      pageOf(outbox, listing, from, false, ({ name, properties }): OutboxBlob => ({
        name,
        etag: quoted(properties.etag),
        receiptName: receiptNameOf(name),
      })),
    async hasBlob(receiptName) {
      const abortSignal = operationLimit();
      const cut = cutName.exec(receiptName);
      if (!cut) return outbox.getBlobClient(receiptName.slice(0, -suffix.length)).exists({ abortSignal });
      for await (const { name } of outbox.listBlobsFlat({ prefix: cut[1] ?? '', abortSignal }))
        if (receiptNameOf(name) === receiptName) return true;
      return false;
    },
  };
}

const suffix = '.json';
const longest = 1024;
/** The name of the receipt of a blob whose own name left no room. */
const cutName = /^(?=.{1024}$)(.*)~[0-9a-f]{64}\.json$/su;

/** A blob's name has at most 1,024 characters: where `.json` is too much for it, its end gives way to its hash. */
export function receiptNameOf(blobName: string): string {
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

interface Listing {
  readonly apart: (container: string) => ContainerClient;
  readonly unlisted: (container: string, prefix: string) => void;
}

/** A page of a container, of each blob only what is wanted; empty where there is no such container. */
async function pageOf<T>(
  container: ContainerClient,
  { apart, unlisted }: Listing,
  from: string | undefined,
  includeMetadata: boolean,
  wanted: (item: BlobItem) => T | undefined,
): Promise<Page<T>> {
  const options = { includeMetadata, abortSignal: listingLimit() };
  const settings = { maxPageSize: pageSize, ...(from === undefined ? {} : { continuationToken: from }) };
  const rows = (items: readonly BlobItem[]): T[] => items.flatMap((item) => wanted(item) ?? []);
  const page = await unlessAnswered([404], async (): Promise<Page<T>> => {
    try {
      for await (const { segment, continuationToken: next } of container.listBlobsFlat(options).byPage(settings)) {
        const found = rows(segment.blobItems);
        return next === undefined || next === '' ? { found } : { found, next };
      }
    } catch (error) {
      if (!cannotBeWritten(error)) throw error;
      const { containerName } = container;
      const tell: Unlisted = (prefix) => unlisted(containerName, prefix);
      return { found: rows(await new ListingApart(apart(containerName), options, tell).below('')) };
    }
    return { found: [] };
  });
  return page ?? { found: [] };
}

/** Listings give an ETag without quotes, headers with them. */
const quoted = (etag: string | undefined): string => `"${(etag ?? '').replaceAll('"', '')}"`;

const isMissingContainer = (error: unknown): boolean =>
  error instanceof RestError && error.statusCode === 404 && error.code === 'ContainerNotFound';

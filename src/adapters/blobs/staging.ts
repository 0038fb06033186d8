import type { BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import type { StagedBlob, StagedBlobs } from '../../core/upload/ports';
import { blobSas } from './sas';
import { BlobAccount, listingLimit, openBlobService, operationLimit, unlessAnswered } from './service';

/** The container and the folder in it that clients may write into; nothing outside is ever touched here. */
const container = 'uploads';
const folder = '.staged/';

/** The one block of a plain PUT. Its name is part of the URL, so the client needs to know none. */
const theBlock = Buffer.from('the-one-block').toString('base64');

/**
 * What a URL may do. A Put Block needs no header but Content-Length, so a PUT whose headers a client has mangled works too
 * (facts: Nylas' SDK); `comp` and `blockid` are not signed, so the same URL serves clients that write many blocks.
 */
const uses = {
  anyWrite: { permissions: 'cw', query: '' },
  onePut: { permissions: 'w', query: `comp=block&blockid=${encodeURIComponent(theBlock)}&` },
} as const;

/** @param hubMark what the folders of this hub begin with: others share the account */
export function blobStaging(account: BlobAccount, clock: () => number, hubMark = ''): StagedBlobs {
  const service = openBlobService(account);
  const staged = service.getContainerClient(container);
  const sign = blobSas(service, clock);
  const ensureContainer = onceDone(() => makeContainer(staged));

  return {
    folderOf: (id) => `${folder}${hubMark}${id}`,
    async uploadUrl(name, use, expiresAt) {
      const { url } = clientOf(staged, name);
      const { permissions, query } = uses[use];
      const wanted = { containerName: container, blobName: name, permissions, expiresAt };
      const [signature] = await Promise.all([sign(wanted), ensureContainer()]);
      return `${url}?${query}${signature}`;
    },
    async find(name) {
      const client = clientOf(staged, name);
      const abortSignal = operationLimit();
      const [head, blocks] = await Promise.all([
        unlessAnswered([404], () => client.getProperties({ abortSignal })),
        unlessAnswered([404], () => client.getBlockList('uncommitted', { abortSignal })),
      ]);
      if (head) return { kind: 'committed', etag: head.etag ?? '', sizeBytes: head.contentLength ?? 0 };
      const block = blocks?.uncommittedBlocks?.find((each) => each.name === theBlock);
      return block ? { kind: 'block', sizeBytes: block.size } : { kind: 'missing' };
    },
    async commit(name, contentType) {
      const done = await unlessAnswered([409, 412], () =>
        clientOf(staged, name).commitBlockList([theBlock], writeOptions(contentType)),
      );
      return done && { container, name, etag: done.etag ?? '' };
    },
    async put(name, bytes, contentType) {
      await ensureContainer();
      const client = clientOf(staged, name);
      const done = await unlessAnswered([], () => client.upload(bytes, bytes.byteLength, writeOptions(contentType)));
      return { container, name, etag: done?.etag ?? '' };
    },
    list: () => listed(staged, hubMark),
    remove: (blob) => removed(clientOf(staged, blob.name), blob),
  };
}

function clientOf(staged: ContainerClient, name: string): BlockBlobClient {
  const outside = !name.startsWith(folder) || name.split('/').some((part) => part === '.' || part === '..');
  if (outside) throw new Error('Only what lies below uploads/.staged/ is written here.');
  return staged.getBlockBlobClient(name);
}

/** Only where nothing is yet. Storage keeps the content type as a header: what can be none stays in our own records. */
const writeOptions = (contentType: string) => ({
  conditions: { ifNoneMatch: '*' },
  blobHTTPHeaders: {
    blobContentType: /^[\x21-\x7e][\x20-\x7e]*$/.test(contentType) ? contentType : 'application/octet-stream',
  },
  abortSignal: operationLimit(),
});

/** 403: an identity that may not make containers; then somebody else has made it. */
const makeContainer = (staged: ContainerClient) =>
  unlessAnswered([403], () => staged.createIfNotExists({ abortSignal: operationLimit() }));

/** What is only blocks may be listed with none of these. */
type ListedProperties = { readonly etag?: string; readonly lastModified?: Date; readonly contentLength?: number };

/** Folders without a mark are the first hub's. */
const ofAnyHub = /^[0-9a-f]{8}\./;

async function listed(staged: ContainerClient, hubMark: string): Promise<StagedBlob[]> {
  const found: StagedBlob[] = [];
  const options = { prefix: folder + hubMark, includeUncommitedBlobs: true, abortSignal: listingLimit() };
  await unlessAnswered([404], async () => {
    for await (const { name, properties } of staged.listBlobsFlat(options)) {
      if (hubMark === '' && ofAnyHub.test(name.slice(folder.length))) continue;
      const { etag = '', lastModified, contentLength } = properties as ListedProperties;
      const changedAt = lastModified?.getTime() ?? Date.now();
      found.push({ name, etag, changedAt, committed: etag !== '' && contentLength !== 0 });
    }
  });
  return found;
}

async function removed(client: BlockBlobClient, { etag, committed }: StagedBlob): Promise<boolean> {
  const remove = (ifMatch: string) =>
    unlessAnswered([404, 412], () =>
      client.delete({ conditions: { ifMatch }, abortSignal: operationLimit() }).then(() => true),
    );
  const listed = etag.replaceAll('"', ''); // listings quote none
  if (listed !== '' && (await remove(`"${listed}"`))) return true;
  const version = committed ? undefined : await emptied(client);
  return version !== undefined && (await remove(version)) === true;
}

/** What is only blocks cannot be deleted: it becomes an empty blob first. The empty one's version. */
const emptied = async (client: BlockBlobClient): Promise<string | undefined> =>
  (await unlessAnswered([409, 412], () => client.commitBlockList([], writeOptions(''))))?.etag;

/** Does it once a process; after a failure again. */
function onceDone(work: () => Promise<unknown>): () => Promise<unknown> {
  let done: Promise<unknown> | undefined;
  return () => {
    done ??= work();
    done.catch(() => (done = undefined));
    return done;
  };
}

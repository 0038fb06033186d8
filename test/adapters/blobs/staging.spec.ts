import { BlockBlobClient } from '@azure/storage-blob';
import { randomBytes } from 'node:crypto';
import { blobStaging } from '../../../src/adapters/blobs/staging';
import { storageNames } from '../../../src/adapters/hubNames';
import type { StagedBlobs } from '../../../src/core/upload/ports';
import { blobService } from '../../../local/parts/storage';
import { ownStorage } from '../../support/storage';

const hour = 3_600_000;
let storage: string;
let staged: StagedBlobs;
beforeAll(async () => {
  storage = await ownStorage();
  staged = blobStaging({ connectionString: storage }, Date.now);
});

const put = (url: string, body: Buffer | string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, { method: 'PUT', body: typeof body === 'string' ? body : new Uint8Array(body), headers });
const contentOf = (name: string): Promise<Buffer> =>
  blobService(storage).getContainerClient('uploads').getBlobClient(name).downloadToBuffer();
const inAnHour = (): number => Date.now() + hour;

describe('a URL for any way of writing', () => {
  it('takes blocks in parallel from the storage SDK', async () => {
    const bytes = randomBytes(9_000_000);
    const url = await staged.uploadUrl('.staged/a/large file #1.bin', 'anyWrite', inAnHour());
    await new BlockBlobClient(url).uploadData(bytes, { blockSize: 4_194_304, maxSingleShotSize: 1, concurrency: 3 });
    expect((await contentOf('.staged/a/large file #1.bin')).equals(bytes)).toBe(true);
  });

  it('cannot read, delete or list, nor write another blob', async () => {
    const url = await staged.uploadUrl('.staged/b/one.txt', 'anyWrite', inAnHour());
    const blockBlob = { 'x-ms-blob-type': 'BlockBlob' };
    expect((await put(url, 'mine', blockBlob)).status).toBe(201);
    expect((await fetch(url)).status).toBe(403);
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(403);
    expect((await put(url.replace('one.txt', 'two.txt'), 'theirs', blockBlob)).status).toBe(403);
    expect(new URL(url).searchParams.get('sp')).toBe('cw');
  });

  it('is over when its time is', async () => {
    const url = await staged.uploadUrl('.staged/c/late', 'anyWrite', Date.now() - 60_000);
    expect((await put(url, 'late', { 'x-ms-blob-type': 'BlockBlob' })).status).toBe(403);
  });

  it('is never made for what lies outside of the staged ones', async () => {
    await expect(staged.uploadUrl('reports/q3.pdf', 'anyWrite', inAnHour())).rejects.toThrow('.staged');
    await expect(staged.uploadUrl('.staged/../q3.pdf', 'anyWrite', inAnHour())).rejects.toThrow('.staged');
  });
});

describe('a URL for one plain PUT', () => {
  it.each([
    ['no header', {}],
    ['a content type', { 'Content-Type': 'application/pdf' }],
    ['headers as the Nylas SDK mangles them', { contentType: 'application/pdf' }],
  ])('takes the bytes with %s, and shows them only once they are committed', async (what, headers) => {
    const name = `.staged/${what}/content`;
    const url = await staged.uploadUrl(name, 'onePut', inAnHour());
    expect(await staged.find(name)).toEqual({ kind: 'missing' });
    expect((await put(url, 'first, replaced', headers)).status).toBe(201);
    expect((await put(url, 'the bytes', headers)).status).toBe(201);
    expect(await staged.find(name)).toEqual({ kind: 'block', sizeBytes: 9 });
    const version = await staged.commit(name, 'application/pdf');
    expect(await staged.find(name)).toEqual({ kind: 'committed', etag: version!.etag, sizeBytes: 9 });
    expect((await contentOf(name)).toString()).toBe('the bytes');
  });

  it('commits once, whoever asks at the same instant, and does not change what is committed by a later PUT', async () => {
    const name = '.staged/twice/content';
    const url = await staged.uploadUrl(name, 'onePut', inAnHour());
    await put(url, 'right');
    const commits = await Promise.all([1, 2, 3].map(() => staged.commit(name, 'text/plain')));
    expect(commits.filter(Boolean)).toHaveLength(1);
    await put(url, 'wrong');
    expect((await contentOf(name)).toString()).toBe('right');
    expect(await staged.find(name)).toEqual({ kind: 'committed', etag: commits.find(Boolean)!.etag, sizeBytes: 5 });
  });

  it('serves a storage SDK that puts many blocks and their own list, too', async () => {
    const name = '.staged/blocks-of-its-own/content';
    const url = new URL(await staged.uploadUrl(name, 'onePut', inAnHour()));
    for (const own of ['comp', 'blockid']) url.searchParams.delete(own);
    const bytes = randomBytes(9_000_000);
    await new BlockBlobClient(url.href).uploadData(bytes, { blockSize: 4_194_304, maxSingleShotSize: 1 });
    expect(await staged.find(name)).toMatchObject({ kind: 'committed', sizeBytes: bytes.length });
  });

  it('keeps a content type that can be no header away from storage', async () => {
    const name = '.staged/type/content';
    await put(await staged.uploadUrl(name, 'onePut', inAnHour()), 'x');
    expect(await staged.commit(name, 'text/pläin\r\nx: y')).toBeDefined();
  });
});

describe('what is cleaned up', () => {
  it('lists what is staged, also what was never committed, and nothing else', async () => {
    await blobService(storage).getContainerClient('uploads').uploadBlockBlob('reports/q3.pdf', 'x', 1);
    await put(await staged.uploadUrl('.staged/open/content', 'onePut', inAnHour()), 'x');
    await staged.put('.staged/small/0', Buffer.from('small'), 'text/plain');
    const found = await staged.list();
    expect(found.map(({ name }) => name).every((name) => name.startsWith('.staged/'))).toBe(true);
    expect(found.find(({ name }) => name === '.staged/open/content')).toMatchObject({ committed: false });
    const small = found.find(({ name }) => name === '.staged/small/0')!;
    expect(small.committed).toBe(true);
    expect(Math.abs(small.changedAt - Date.now())).toBeLessThan(60_000);
  });

  it('removes a blob only in the version that was listed', async () => {
    await staged.put('.staged/old/0', Buffer.from('old'), 'text/plain');
    const old = (await staged.list()).find(({ name }) => name === '.staged/old/0')!;
    const client = blobService(storage).getContainerClient('uploads').getBlockBlobClient(old.name);
    await client.uploadData(Buffer.from('new'));
    expect(await staged.remove(old)).toBe(false);
    const now = (await staged.list()).find(({ name }) => name === old.name)!;
    expect(await staged.remove(now)).toBe(true);
    expect(await staged.remove(now)).toBe(false);
    expect(await client.exists()).toBe(false);
  });

  it('removes an empty blob', async () => {
    const url = await staged.uploadUrl('.staged/empty/x', 'anyWrite', inAnHour());
    await put(url, '', { 'x-ms-blob-type': 'BlockBlob', 'Content-Length': '0' });
    const empty = (await staged.list()).find(({ name }) => name === '.staged/empty/x')!;
    expect(await staged.remove(empty)).toBe(true);
  });

  it('removes what is only blocks', async () => {
    await put(await staged.uploadUrl('.staged/blocks/content', 'onePut', inAnHour()), 'x');
    const blocks = (await staged.list()).find(({ name }) => name === '.staged/blocks/content')!;
    expect(await staged.remove(blocks)).toBe(true);
    expect((await staged.list()).some(({ name }) => name === blocks.name)).toBe(false);
  });
});

it('lists and names the blobs of its own hub: no other hub knows what is in use there', async () => {
  const account = await ownStorage();
  const hubs = ['BlobToOutlook', 'staging', 'test'].map((hub) =>
    blobStaging({ connectionString: account }, Date.now, storageNames(hub).staged),
  );
  const names: string[] = [];
  for (const hub of hubs) {
    const name = `${hub.folderOf('0a1b2c3d-0000-4000-8000-000000000000')}/q3.pdf`;
    expect(name).toMatch(/^\.staged\/([0-9a-f]{8}\.)?0a1b2c3d-0000-4000-8000-000000000000\/q3\.pdf$/);
    await hub.put(name, Buffer.from('x'), 'text/plain');
    names.push(name);
  }
  expect(new Set(names).size).toBe(3);
  const lists = await Promise.all(hubs.map((hub) => hub.list()));
  expect(lists.map((list) => list.map(({ name }) => name))).toEqual(names.map((name) => [name]));
});

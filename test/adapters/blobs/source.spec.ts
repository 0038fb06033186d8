import { randomBytes } from 'node:crypto';
import { BlobServiceClient, ContainerClient } from '@azure/storage-blob';
import { azureBlobSource } from '../../../src/adapters/blobs/source';
import type { BlobRead, BlobSource } from '../../../src/core/blob';
import { ownStorage } from '../../support/storage';
import { holdTimers } from '../../support/heldTimers';
import { halfAnAnswer, ScriptedServer, scriptedServer } from '../support/scriptedServer';

const content = randomBytes(300_000);

function bytesOf(read: BlobRead): Buffer {
  if (read.kind !== 'bytes') throw new Error(`no bytes but ${read.kind}`);
  return Buffer.from(read.bytes); // a copy: the buffer is used again
}

describe('azureBlobSource, on Azurite', () => {
  let connectionString: string;
  let container: ContainerClient;
  let blobs: BlobSource;

  async function upload(name: string, bytes = content, contentType = 'application/pdf') {
    const options = { blobHTTPHeaders: { blobContentType: contentType }, metadata: { contentid: 'logo' } };
    await container.getBlockBlobClient(name).upload(bytes, bytes.length, options);
    const head = await blobs.head('uploads', name);
    if (head.kind !== 'blob') throw new Error(head.kind);
    return { container: 'uploads', name, etag: head.etag };
  }

  beforeAll(async () => {
    connectionString = await ownStorage();
    container = BlobServiceClient.fromConnectionString(connectionString).getContainerClient('uploads');
    await container.create();
    await BlobServiceClient.fromConnectionString(connectionString).getContainerClient('secrets').create();
  });
  beforeEach(() => (blobs = azureBlobSource({ account: { connectionString }, maxRangeBytes: 100_000 })));

  it('tells size, type, metadata and the quoted ETag of a blob', async () => {
    await upload('a.pdf');
    expect(await blobs.head('uploads', 'a.pdf')).toEqual({
      kind: 'blob',
      etag: expect.stringMatching(/^"0x[0-9A-F]+"$/) as string,
      sizeBytes: 300_000,
      contentType: 'application/pdf',
      metadata: { contentid: 'logo' },
    });
  });

  it('reads any range of it', async () => {
    const blob = await upload('a.pdf');
    for (const [start, end] of [
      [0, 0],
      [0, 99_999],
      [99_999, 200_001],
      [299_999, 299_999],
      [0, 299_999],
    ] as const) {
      const read = await blobs.read(blob, { start, end });
      expect(bytesOf(read).equals(content.subarray(start, end + 1))).toBe(true);
    }
  });

  it('uses a buffer again that was released, and never one that was not', async () => {
    const blob = await upload('a.pdf');
    const reads: BlobRead[] = [];
    const take = async (start: number) => {
      const read = await blobs.read(blob, { start, end: start + 999 });
      if (read.kind !== 'bytes') throw new Error(read.kind);
      reads.push(read);
      return read;
    };
    const [first, second] = [await take(0), await take(1000)];
    expect(second.bytes.buffer).not.toBe(first.bytes.buffer);
    first.release();
    expect((await take(2000)).bytes.buffer).toBe(first.bytes.buffer);
    expect(bytesOf(second).equals(content.subarray(1000, 2000))).toBe(true);
  });

  it.each(['dir/b c.txt', '100%.txt', 'a%2Fb', 'what?x#y', 'Ünï 漢.txt', "o'neil & co+.txt", 'a\\b'])(
    'takes the name literally: %s',
    async (name) => {
      const blob = await upload(name, Buffer.from(name));
      const read = await blobs.read(blob, { start: 0, end: Buffer.byteLength(name) - 1 });
      expect(bytesOf(read).toString()).toBe(name);
    },
  );

  it('finds no blob and no container where there is none', async () => {
    const pinned = { container: 'uploads', name: 'none', etag: '"0x1"' };
    expect(await blobs.head('uploads', 'none')).toMatchObject({ kind: 'missing' });
    expect(await blobs.head('no-such-container', 'a')).toMatchObject({ kind: 'missing' });
    const read = await blobs.read(pinned, { start: 0, end: 9 });
    expect(['missing', 'changed']).toContain(read.kind); // Azurite looks at If-Match first
  });

  it.each(['../secrets/x', 'a/../../secrets/x', './../secrets/x', '..'])(
    'never leaves its container: %s',
    async (name) => {
      const other = BlobServiceClient.fromConnectionString(connectionString).getContainerClient('secrets');
      await other.getBlockBlobClient('x').upload('secret', 6);
      expect(await blobs.head('uploads', name)).toEqual({ kind: 'missing' });
      expect(await blobs.head('uploads/..', 'secrets/x')).toEqual({ kind: 'missing' });
    },
  );

  it('says that a blob changed, also where it was read ahead before', async () => {
    const blob = await upload('a.pdf');
    await upload('a.pdf', randomBytes(10));
    expect(await blobs.read(blob, { start: 0, end: 9 })).toMatchObject({ kind: 'changed' });
    blobs.readAhead(blob, [{ start: 10, end: 19 }]);
    expect(await blobs.read(blob, { start: 10, end: 19 })).toMatchObject({ kind: 'changed' });
  });

  it('gives a range that was read ahead without asking storage again', async () => {
    const blob = await upload('a.pdf');
    blobs.readAhead(blob, [{ start: 1000, end: 1999 }]);
    const head = await blobs.head('uploads', 'a.pdf'); // by then the read ahead is under way
    expect(head.kind).toBe('blob');
    const read = await blobs.read(blob, { start: 1000, end: 1999 });
    expect(bytesOf(read).equals(content.subarray(1000, 2000))).toBe(true);
  });
});

describe('azureBlobSource, where storage fails', () => {
  let server: ScriptedServer;
  beforeEach(async () => {
    holdTimers(); // no limit is met because a machine is slow
    server = await scriptedServer();
  });
  afterEach(async () => {
    expect(server.unused()).toBe(0);
    await server.close();
    jest.useRealTimers();
  });
  const range = { start: 0, end: 9 };
  const blob = { container: 'uploads', name: 'a', etag: '"0x1"' };
  const key = randomBytes(32).toString('base64');
  const newSource = () =>
    azureBlobSource({
      account: {
        connectionString: `DefaultEndpointsProtocol=http;AccountName=acc;AccountKey=${key};BlobEndpoint=${server.origin}/acc;`,
      },
      tryTimeoutMs: 100,
    });
  const error = (status: number, code: string) => ({
    status,
    headers: { 'x-ms-error-code': code, 'Content-Type': 'application/xml' },
    body: `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>at http://x/?sig=SECRET</Message></Error>`,
  });
  const ok = {
    status: 206,
    headers: { 'Content-Length': '10', 'Content-Range': 'bytes 0-9/10', ETag: '"0x1"' },
    body: '0123456789',
  };

  it('tries once more after a reset, silence, a 503 or half a range, and reads', async () => {
    const half = halfAnAnswer(206, '01234', 10);
    for (const fault of ['reset', 'silence', error(503, 'ServerBusy'), half] as const) {
      server.answer(fault, ok);
      expect(await newSource().read(blob, range)).toMatchObject({
        kind: 'bytes',
        bytes: Buffer.from('0123456789'),
      });
    }
    expect(server.seen).toHaveLength(8);
    for (const { headers } of server.seen)
      expect(headers).toMatchObject({ 'if-match': '"0x1"', 'x-ms-range': 'bytes=0-9' });
  });

  it('says after the second try that storage is out of reach, with code and without URL', async () => {
    server.answer(error(503, 'ServerBusy'), error(500, 'InternalError'), 'reset', 'reset', 'silence', 'silence');
    server.answer(error(403, 'AuthorizationPermissionMismatch'), error(403, 'AuthorizationPermissionMismatch'));
    const source = newSource();
    const faults = [];
    for (let n = 0; n < 4; n++) faults.push(await source.read(blob, range));
    expect(faults).toEqual([
      { kind: 'unreachable', detail: 'Blob storage: 500 InternalError' },
      { kind: 'unreachable', detail: 'Blob storage: ECONNRESET' },
      { kind: 'unreachable', detail: expect.stringContaining('Abort') as string },
      { kind: 'unreachable', detail: 'Blob storage: 403 AuthorizationPermissionMismatch' },
    ]);
  });

  it('does not try again what is final', async () => {
    server.answer(error(404, 'BlobNotFound'), error(412, 'ConditionNotMet'), error(400, 'InvalidResourceName'), {
      status: 404,
      headers: { 'x-ms-error-code': 'ContainerNotFound' },
    });
    const source = newSource();
    expect(await source.read(blob, range)).toEqual({ kind: 'missing' });
    expect(await source.read(blob, range)).toEqual({ kind: 'changed' });
    expect(await source.head('uploads', 'a')).toEqual({ kind: 'missing' });
    expect(await source.head('uploads', 'a')).toEqual({ kind: 'missing' });
    expect(server.seen).toHaveLength(4);
  });

  it('forgets a read ahead that failed and reads anew', async () => {
    server.answer('reset', 'reset', ok);
    const source = newSource();
    source.readAhead(blob, [range]);
    expect(await source.read(blob, range)).toMatchObject({ kind: 'bytes' });
    expect(server.seen).toHaveLength(3);
  });

  it('reads two ranges ahead by one request, and after a break what is missing', async () => {
    const next = { start: 10, end: 14 };
    let breakOff = (): void => undefined;
    server.answer(
      (response) => {
        breakOff = () => response.destroy();
        response.writeHead(206, { 'Content-Length': '15', 'Content-Range': 'bytes 0-14/15', ETag: '"0x1"' });
        response.write('0123456789ab');
      },
      { ...ok, headers: { 'Content-Length': '5', 'Content-Range': 'bytes 10-14/15', ETag: '"0x1"' }, body: 'abcde' },
    );
    const source = newSource();
    source.readAhead(blob, [range, next]);
    expect(bytesOf(await source.read(blob, range)).toString()).toBe('0123456789'); // the second one is not there yet
    source.readAhead(blob, [next]); // it is under way already
    breakOff();
    expect(bytesOf(await source.read(blob, next)).toString()).toBe('abcde');
    expect(server.seen.map(({ headers }) => headers['x-ms-range'])).toEqual(['bytes=0-14', 'bytes=10-14']);
  });

  it('asks storage once for a range that was read ahead', async () => {
    server.answer(ok);
    const source = newSource();
    source.readAhead(blob, [range]);
    source.readAhead(blob, [range]);
    expect(await source.read(blob, range)).toMatchObject({ kind: 'bytes' });
    expect(server.seen).toHaveLength(1);
  });
});

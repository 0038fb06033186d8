import { BlockBlobClient } from '@azure/storage-blob';
import { createHash, randomBytes } from 'node:crypto';
import { startApp, TestApp } from '../support/app';

interface NewFile {
  blob: string;
  uploadUrl: string;
  expiresAt: string;
  blockSize: number;
}
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
const newFile = async (name: string, size: number): Promise<NewFile> => {
  const { status, body } = await app.call<NewFile>('POST', '/api/files', { name, contentType: 'a/b', size });
  expect(status).toBe(201);
  return body;
};

it('takes the blocks of a large file in parallel, and attaches it', async () => {
  const bytes = randomBytes(20_000_000);
  const file = await newFile('q3 ü #1.bin', bytes.length);
  expect(Date.parse(file.expiresAt) - Date.now()).toBeGreaterThan(3_500_000);
  await new BlockBlobClient(file.uploadUrl).uploadData(bytes, {
    blockSize: file.blockSize,
    maxSingleShotSize: file.blockSize,
    concurrency: 4,
    blobHTTPHeaders: { blobContentType: 'application/x-mine' },
  });
  const item = await app.outlook.createItem();
  const upload = await app.attach({ blob: file.blob, item });
  expect(upload).toMatchObject({ status: 'succeeded', name: 'q3 ü #1.bin' });
  const [held] = await app.attachmentsOf(item);
  expect(held).toMatchObject({ name: 'q3 ü #1.bin', sha256: sha256(bytes) });
  await app.expectNoViolations();
});

it('takes a small file by one PUT, and nothing but writing', async () => {
  const file = await newFile('a.txt', 2);
  const put = { method: 'PUT', body: 'hi', headers: { 'x-ms-blob-type': 'BlockBlob' } };
  expect((await fetch(file.uploadUrl, put)).status).toBe(201);
  expect((await fetch(file.uploadUrl)).status).toBe(403);
  expect((await fetch(file.uploadUrl, { method: 'DELETE' })).status).toBe(403);
  const item = await app.outlook.createItem();
  expect(await app.attach({ blob: file.blob, item })).toMatchObject({ status: 'succeeded', name: 'a.txt' });
});

it('tells each fault of the request', async () => {
  const { status, headers, body } = await app.call('POST', '/api/files', { name: 'a/b', size: -1 });
  expect([status, headers.get('content-type')]).toEqual([400, 'application/problem+json']);
  expect(body).toMatchObject({ code: 'InvalidRequest', errors: [{ pointer: '/name' }, { pointer: '/size' }] });
  expect((await app.call('GET', '/api/files')).status).toBe(405);
});

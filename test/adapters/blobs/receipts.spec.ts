import { BlobServiceClient } from '@azure/storage-blob';
import { blobReceipts, receiptNameOf } from '../../../src/adapters/blobs/receipts';
import type { Receipt } from '../../../src/core/outbox/ports';
import { OpenReceipts, receiptsSuite } from '../../functions/outbox/support/receiptsSuite';
import { ownStorage } from '../../support/storage';
import { scriptedServer } from '../support/scriptedServer';

const taken: Receipt = { etag: '"0x1"', state: 'accepted', uploadId: 'u1', body: { status: 'queued' } };

describe('receipts as blobs, on Azurite', () => {
  let connectionString: string;
  let service: BlobServiceClient;
  beforeAll(async () => {
    connectionString = await ownStorage();
    service = BlobServiceClient.fromConnectionString(connectionString);
    await service.getContainerClient('outbox').create();
  });
  const open = async (): Promise<OpenReceipts> => {
    for (const name of ['outbox', 'receipts']) {
      const container = service.getContainerClient(name);
      if (await container.exists())
        for await (const blob of container.listBlobsFlat()) await container.deleteBlob(blob.name);
    }
    return {
      receipts: blobReceipts({ connectionString }),
      putBlob: async (name) =>
        (await service.getContainerClient('outbox').getBlockBlobClient(name).upload('x', 1)).etag ?? '',
    };
  };

  it('makes its container with the first receipt, also when several come at once; until then there are none', async () => {
    const receipts = blobReceipts({ connectionString });
    expect([await receipts.find('a'), await receipts.list()]).toEqual([undefined, { found: [] }]);
    const written = await Promise.all(['a', 'b', 'c'].map((name) => receipts.write(name, taken, undefined)));
    expect(written).toEqual([expect.any(String), expect.any(String), expect.any(String)]);
  });

  receiptsSuite(open);

  it('are JSON that people and programs read, a refusal as a problem', async () => {
    const { receipts } = await open();
    await receipts.write('a/b.pdf', taken, undefined);
    await receipts.write('c.pdf', { etag: '"0x1"', state: 'refused', body: { code: 'InvalidItem' } }, undefined);
    const container = service.getContainerClient('receipts');
    const bytes = await container.getBlobClient('a/b.pdf.json').downloadToBuffer();
    expect(JSON.parse(bytes.toString())).toEqual({ status: 'queued' });
    const typeOf = async (name: string) => (await container.getBlobClient(name).getProperties()).contentType;
    expect([await typeOf('a/b.pdf.json'), await typeOf('c.pdf.json')]).toEqual([
      'application/json',
      'application/problem+json',
    ]);
  });

  it('leave alone what somebody else put beside them', async () => {
    const { receipts } = await open();
    await service.getContainerClient('receipts').getBlockBlobClient('readme.txt').upload('x', 1);
    expect([await receipts.list(), await receipts.find('readme')]).toEqual([{ found: [] }, undefined]);
  });

  it('are listed beside names that hold what XML, and so Azurite, cannot', async () => {
    const account = await ownStorage();
    const outbox = BlobServiceClient.fromConnectionString(account).getContainerClient('outbox');
    await outbox.create();
    const item = 'users/megan@contoso.com/messages/AAMk=';
    const names = [
      'a.txt',
      `${item}/c`,
      `${item}/ct`,
      `${item}/cz.txt`,
      `${item}/é.txt`,
      'users/z/messages/b/c',
    ].sort();
    const others = [`${item}/c\u0001x.txt`, 'users/megan@contoso.com/\ufffe'];
    for (const name of [...names, ...others]) await outbox.getBlockBlobClient(name).upload('x', 1);
    const unlisted: string[] = [];
    const receipts = blobReceipts({ connectionString: account }, undefined, (...of) => unlisted.push(of.join('/')));
    expect((await receipts.listOutbox()).found.map(({ name }) => name).sort()).toEqual(names);
    expect(unlisted).toEqual([`outbox/${item}/c`, 'outbox/users/megan@contoso.com/']);
  });

  it('have a name for the longest blob name too, each its own', async () => {
    const { receipts, putBlob } = await open();
    const longest = ['a', 'b'].map(
      (end) => `users/megan@contoso.com/messages/${'x'.repeat(400)}/`.padEnd(1023, 'y') + end,
    );
    for (const name of longest) {
      expect(receiptNameOf(name)).toHaveLength(1024);
      expect(await receipts.write(name, { ...taken, etag: await putBlob(name) }, undefined)).toBeDefined();
    }
    const { found } = await receipts.listOutbox();
    const listed = (await receipts.list()).found.map(({ value }) => value.receiptName);
    expect(listed.sort()).toEqual(found.map(({ receiptName }) => receiptName).sort());
    expect(await Promise.all(listed.map((name) => receipts.hasBlob(name)))).toEqual([true, true]);
    await service.getContainerClient('outbox').deleteBlob(longest[0] ?? '');
    expect(await receipts.hasBlob(receiptNameOf(longest[0] ?? ''))).toBe(false);
    expect(await receipts.hasBlob(receiptNameOf(longest[1] ?? ''))).toBe(true);
    expect(receiptNameOf('x'.repeat(1019))).toBe(`${'x'.repeat(1019)}.json`);
  });

  it('are listed page by page', async () => {
    const { receipts, putBlob } = await open();
    const names = Array.from({ length: 1010 }, (_, n) => `users/megan@contoso.com/messages/${n}/a.pdf`);
    for (let at = 0; at < names.length; at += 50) await Promise.all(names.slice(at, at + 50).map(putBlob));
    const first = await receipts.listOutbox();
    const second = await receipts.listOutbox(first.next);
    expect([first.found.length, second.found.length, second.next]).toEqual([1000, 10, undefined]);
    expect(new Set([...first.found, ...second.found].map(({ name }) => name)).size).toBe(1010);
  }, 90_000); // a thousand blobs, however slow the machine is
});

describe('receipts as blobs, where storage refuses', () => {
  it('fail with status and code, never with the URL', async () => {
    const server = await scriptedServer();
    const key = Buffer.alloc(32).toString('base64');
    const receipts = blobReceipts({
      connectionString: `DefaultEndpointsProtocol=http;AccountName=acc;AccountKey=${key};BlobEndpoint=${server.origin}/acc;`,
    });
    server.answer({
      status: 403,
      headers: { 'x-ms-error-code': 'AuthorizationPermissionMismatch', 'Content-Type': 'application/xml' },
      body: `<?xml version="1.0"?><Error><Code>X</Code><Message>http://x/?sig=SECRET</Message></Error>`,
    });
    await expect(receipts.write('a', taken, undefined)).rejects.toThrow(
      /^Blob storage: 403 AuthorizationPermissionMismatch$/,
    );
    expect(server.unused()).toBe(0);
    await server.close();
  });
});

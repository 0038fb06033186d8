import { createHash, randomBytes } from 'node:crypto';
import { startApp, TestApp } from '../support/app';

interface Metadata {
  id?: string;
  name?: string;
  contentType?: string;
  size?: number;
  graphPath: string;
  code?: string;
}
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('the attachment of an upload, over HTTP', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  const attached = async (mailbox: string, bytes: Buffer) => {
    const item = await app.outlook.createItem(`users/${mailbox}@contoso.com/messages`);
    const blob = await app.putBlob('uploads', `${mailbox}/q3 ü.pdf`, bytes);
    return app.attach({ blob, item, contentType: 'application/pdf' });
  };
  const bytesOf = async (id: string, part = '$value') => {
    const response = await fetch(`${app.apiUrl}/api/uploads/${id}/attachment/${part}`);
    return { response, bytes: Buffer.from(await response.arrayBuffer()) };
  };

  it('is told, read back byte by byte, and taken off again', async () => {
    const content = randomBytes(5_000_000);
    const { id, item } = await attached('megan', content);
    const path = `/api/uploads/${id}/attachment`;
    const metadata = await app.call<Metadata>('GET', path);
    expect(metadata.status).toBe(200);
    expect(metadata.body).toMatchObject({ name: 'q3 ü.pdf', contentType: 'application/pdf' });
    expect(metadata.body).not.toHaveProperty('contentBytes');
    expect((await app.call<Metadata>('GET', `${path}?$select=name`)).body).not.toHaveProperty('contentType');

    const fromGraph = await fetch(`${app.graphUrl}/v1.0/${metadata.body.graphPath}/$value`, {
      headers: { Authorization: 'Bearer local' },
    });
    expect(sha256(Buffer.from(await fromGraph.arrayBuffer()))).toBe(sha256(content));

    for (const part of ['$value', '%24value']) {
      const { response, bytes } = await bytesOf(id, part);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/pdf']);
      expect(sha256(bytes)).toBe(sha256(content));
    }

    expect((await app.call('DELETE', path)).status).toBe(204);
    expect(await app.attachmentsOf(item)).toEqual([]);
    const gone = await app.call<Metadata>('GET', path);
    expect([gone.status, gone.body.code]).toEqual([404, 'ItemNotFound']);
    expect((await app.call('DELETE', path)).status).toBe(204);
  });

  it('is given up to 16 MiB; above it, its Graph path', async () => {
    const limit = 16 * 1024 * 1024;
    const content = randomBytes(limit);
    const most = await bytesOf((await attached('most', content)).id);
    expect([most.response.status, sha256(most.bytes)]).toEqual([200, sha256(content)]);
    const upload = await attached('more', randomBytes(limit + 1));
    const { response, bytes } = await bytesOf(upload.id);
    const problem = JSON.parse(bytes.toString()) as { code: string; detail: string };
    expect([response.status, problem.code]).toEqual([413, 'AttachmentTooLarge']);
    expect(problem.detail).toContain(upload.attachment?.location);
  });

  it('is not there for an unknown upload, an unknown part or another method', async () => {
    const unknown = '0198f2a4-7b1c-7000-8000-00000000000a';
    for (const [method, path, status, code] of [
      ['GET', `/api/uploads/${unknown}/attachment`, 404, 'UploadNotFound'],
      ['GET', `/api/uploads/${unknown}/attachment/$value`, 404, 'UploadNotFound'],
      ['DELETE', `/api/uploads/${unknown}/attachment`, 404, 'UploadNotFound'],
      ['GET', `/api/uploads/${unknown}/attachment/other`, 404, 'RouteNotFound'],
      ['PUT', `/api/uploads/${unknown}/attachment`, 405, 'MethodNotAllowed'],
      ['DELETE', `/api/uploads/${unknown}/attachment/$value`, 405, 'MethodNotAllowed'],
    ] as const) {
      const answer = await app.call<Metadata>(method, path);
      expect([method, path, answer.status, answer.body.code]).toEqual([method, path, status, code]);
    }
  });

  it('is not there while its upload runs', async () => {
    const item = await app.outlook.createItem('users/slow@contoso.com/messages');
    const busy = { status: 429, code: 'ApplicationThrottled', headers: { 'retry-after': '600' } };
    await app.faults({ on: { op: 'postAttachment', item }, do: { answer: busy } });
    const blob = await app.putBlob('uploads', 'slow.bin', randomBytes(1000));
    const { id } = await app.createUpload({ blob, item });
    const early = await app.call<Metadata>('GET', `/api/uploads/${id}/attachment`);
    expect([early.status, early.body.code]).toEqual([409, 'NotFinished']);
    await app.until(id, ({ status }) => status === 'waiting');
    await app.call('DELETE', `/api/uploads/${id}`);
    expect((await app.waitForUpload(id)).status).toBe('cancelled');
    await app.expectFaultsConsumed();
  });
});

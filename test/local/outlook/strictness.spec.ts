import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Outlook, startOutlook } from '../../../local/outlook/server';
import { encoded, http, MiB, SEEDED, someBytes, standInForSuite, until } from './standIn';

const suite = standInForSuite();
const size = 3 * MiB;

describe('bytes beyond what a request says', () => {
  it('are recorded, and the connection is destroyed', async () => {
    const url = new URL(await suite.it.openSession(SEEDED.draft, size));
    const socket = connect(Number(url.port), '127.0.0.1');
    socket.on('error', () => undefined); // a reset, where the rest was not read
    const head = [
      `PUT ${url.pathname}${url.search} HTTP/1.1`,
      'host: x',
      'content-type: application/octet-stream',
      'content-length: 10',
      `content-range: bytes 0-9/${size}`,
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n${'x'.repeat(10)}${'y'.repeat(20)}`);
    socket.resume();
    await once(socket, 'close');
    await until(async () => (await suite.it.rules()).length > 0);
    expect(await suite.it.list('violations')).toMatchObject([{ rule: 'malformedHttp', level: 'bug' }]);
  });

  it('are not what a client sends that leaves in the middle', async () => {
    const socket = connect(Number(new URL(suite.it.graphUrl).port), '127.0.0.1');
    socket.write('GET /v1.0/me HTTP/1.1\r\nhost:');
    await once(socket, 'connect');
    socket.end();
    await once(socket, 'close');
    expect(await suite.it.rules()).toEqual([]);
  });
});

describe('what browsers ask for by themselves', () => {
  it.each([
    '/favicon.ico',
    '/apple-touch-icon.png',
    '/robots.txt',
    '/.well-known/appspecific/com.chrome.devtools.json',
  ])('%s breaks no rule at either origin', async (path) => {
    const upload = new URL(await suite.it.openSession(SEEDED.draft, size)).origin;
    for (const origin of [suite.it.graphUrl, upload]) expect((await http('GET', origin + path)).status).toBe(404);
    expect((await http('GET', upload)).status).toBe(404);
    expect(await suite.it.rules()).toEqual([]);
  });

  it('does not excuse what an app asks for', async () => {
    await suite.it.graph('GET', 'favicons');
    expect(await suite.it.rules()).toEqual(['routeUnknown']);
  });
});

describe('with TLS', () => {
  let dataDir: string;
  let outlook: Outlook;
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'outlook-'));
    outlook = await startOutlook({ dataDir, tls: true });
  });
  afterAll(async () => {
    await outlook.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const ask = (
    method: string,
    url: string,
    headers = {},
    body?: Buffer | string,
  ): Promise<{ status: number; text: string }> =>
    new Promise((resolve, reject) => {
      const ca = readFileSync(outlook.certFile ?? '');
      const sent = request(url, { method, headers, ca, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      });
      sent.on('error', reject);
      sent.end(body);
    });

  it('both origins speak https with a certificate that a client can trust', async () => {
    const headers = { authorization: 'Bearer local', 'content-type': 'application/json' };
    const body = JSON.stringify({ AttachmentItem: { attachmentType: 'file', name: 'a', size } });
    const made = await ask(
      'POST',
      `${outlook.graphUrl}/v1.0/${encoded(SEEDED.draft)}/attachments/createUploadSession`,
      headers,
      body,
    );
    const { uploadUrl } = JSON.parse(made.text) as { uploadUrl: string };
    expect([outlook.graphUrl, uploadUrl].map((url) => new URL(url).protocol)).toEqual(['https:', 'https:']);
    const bytes = someBytes(size);
    const range = { 'content-type': 'application/octet-stream', 'content-range': `bytes 0-${size - 1}/${size}` };
    expect((await ask('PUT', uploadUrl, { ...range, 'content-length': size }, bytes)).status).toBe(201);
    await expect(fetch(outlook.graphUrl)).rejects.toThrow(); // who does not trust it
  });

  it('a lost answer is a cut connection', async () => {
    const faults = JSON.stringify([{ on: { op: 'getItem' }, do: { resetAfter: true } }]);
    await ask('POST', `${outlook.graphUrl}/_/faults`, { 'content-type': 'application/json' }, faults);
    const item = `${outlook.graphUrl}/v1.0/${encoded(SEEDED.draft)}`;
    await expect(ask('GET', item, { authorization: 'Bearer local' })).rejects.toThrow(/ECONNRESET|hang up/);
  });

  it('the certificate is the same after a restart', async () => {
    const before = readFileSync(outlook.certFile ?? '', 'utf8');
    await outlook.close();
    outlook = await startOutlook({ dataDir, tls: true });
    expect(readFileSync(outlook.certFile ?? '', 'utf8')).toBe(before);
  });
});

import { once } from 'node:events';
import { connect } from 'node:net';
import { Script } from 'node:vm';
import { encoded, http, MiB, SEEDED, someBytes, standInForSuite, until } from './standIn';

const suite = standInForSuite();
const small = { '@odata.type': '#microsoft.graph.fileAttachment', name: '<b>&"menu".txt', contentBytes: 'YQ==' };

describe('the page', () => {
  it('shows what is attached, open sessions and broken rules, escaped, with a download', async () => {
    await suite.it.graph('POST', `${SEEDED.draft}/attachments`, small);
    await suite.it.graph('POST', `${SEEDED.draft}/attachments`, {});
    const url = await suite.it.openSession(SEEDED.event, 3 * MiB);
    await suite.it.put(url, someBytes(1000), 0, 3 * MiB);
    const { headers, bytes } = await http('GET', suite.it.graphUrl);
    const html = bytes.toString();
    expect(headers['content-type']).toMatch(/^text\/html/);
    expect(html).toContain('&lt;b&gt;&amp;&quot;menu&quot;.txt</a></td><td><span title="1 bytes">1 bytes</span>');
    expect(html).not.toContain('<b>&');
    expect(html).toContain('ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb'); // SHA-256 of "a"
    expect(html).toMatch(/Open upload sessions \(1\)[^]*<td>flower<\/td>[^]*1.0 kB[^]*3.1 MB[^]*<td>0 %<\/td>/);
    expect(html).toMatch(/Broken rules \(1\)[^]*odataTypeMissing/);
    const download = /href="(\/_\/attachments\/[^"]+\/content)"/.exec(html)?.[1] ?? '';
    const file = await http('GET', suite.it.graphUrl + download);
    expect([file.status, file.bytes.toString()]).toEqual([200, 'a']);
    expect(file.headers['content-disposition']).toMatch(/^attachment; filename\*=UTF-8''%3Cb%3E/);
  });
});

describe('the page, for people', () => {
  const html = async () => (await http('GET', suite.it.graphUrl)).bytes.toString();

  it('shows what was sent, to whom and with what', async () => {
    const props = { subject: 'Plan', toRecipients: [{ emailAddress: { address: 'lee@contoso.com' } }] };
    const { path } = await suite.it.control('POST', 'items', { path: 'users/megan@contoso.com/messages', props });
    await suite.it.graph('POST', `${path}/attachments`, small);
    await suite.it.graph('POST', `${path}/send`, undefined, { headers: { 'content-length': '0' } });
    await suite.it.graph('PATCH', SEEDED.event, { body: { content: 'new' } });
    expect(await html()).toMatch(
      /Sent \(2\)[^]*<td>message<\/td><td>Plan<\/td><td>lee@contoso\.com<\/td><td>&lt;b&gt;/,
    );
    expect(await html()).toMatch(/update of an event<\/td><td>Planning<\/td><td>adele@contoso\.com<\/td><td>no files/);
    expect(await html()).toMatch(/<td>Plan<\/td><td>being sent<\/td>/);
  });

  it('gives ids and paths to copy, breaks no words, and keeps itself up to date by a script that runs', async () => {
    await suite.it.graph('POST', `${SEEDED.draft}/attachments`, small);
    const page = await html();
    expect(page).toContain(`data-copy="${SEEDED.draft}"`);
    expect(page).toContain('aria-label="Copy SHA-256"');
    expect(page).not.toMatch(/break-all|http-equiv/);
    expect(() => new Script(/<script>([^]*)<\/script>/.exec(page)?.[1] ?? '(')).not.toThrow();
  });

  it('says which profile it follows, and what rules mean', async () => {
    await suite.it.graph('GET', 'nowhere');
    expect(await html()).toMatch(/routeUnknown<\/td><td>Resource not found for the segment/);
    expect(await html()).not.toContain('It behaves as');
  });
});

describe('the control API', () => {
  it('tells no token and no upload URL anywhere', async () => {
    const url = await suite.it.openSession(SEEDED.draft, 3 * MiB);
    const token = new URL(url).searchParams.get('authtoken') ?? 'none';
    await suite.it.put(url, someBytes(10), 5, 3 * MiB);
    for (const path of [
      'sessions',
      'violations',
      'requests',
      'mailboxes',
      'attachments',
      'items',
      'config',
      'faults',
    ]) {
      const { bytes } = await http('GET', `${suite.it.graphUrl}/_/${path}`);
      expect(bytes.toString()).not.toContain(token.slice(0, 40));
    }
    expect((await http('GET', suite.it.graphUrl)).bytes.toString()).not.toContain(token.slice(0, 40));
  });

  it('logs requests with operation, status and range', async () => {
    const url = await suite.it.openSession(SEEDED.draft, 3 * MiB);
    await suite.it.put(url, someBytes(10), 0, 3 * MiB);
    expect(await suite.it.list('requests')).toMatchObject([
      { op: 'createSession', status: 201, mailbox: 'users/megan@contoso.com', name: 'flower' },
      { op: 'put', status: 200, item: SEEDED.draft, range: `bytes 0-9/${3 * MiB}` },
    ]);
  });

  it('forgets all but the seeds on a reset', async () => {
    await suite.it.graph('POST', `${SEEDED.draft}/attachments`, small);
    const made = await suite.it.newDraft();
    await suite.it.control('PATCH', 'config', { sessionMinutes: 1 });
    await suite.it.control('POST', 'reset');
    expect(await suite.it.list('attachments')).toEqual([]);
    expect((await suite.it.control('GET', 'config')).sessionMinutes).toBe(120);
    expect((await suite.it.graph('GET', made)).status).toBe(404);
    expect((await suite.it.graph('GET', SEEDED.draft)).status).toBe(200);
  });

  it('names its actions where one is unknown', async () => {
    const { status, json } = await http('GET', `${suite.it.graphUrl}/_/nothing`);
    expect([status, json.actions.includes('POST reset')]).toEqual([404, true]);
  });
});

describe('odd clients', () => {
  it.each(['//', '/v1.0/%E0%A4%A', '/api/v2.0/%E0', '/v1.0/users//messages', '/_/attachments/%E0%A4%A/content'])(
    'do not bring it down: %s',
    async (path) => {
      for (const origin of [suite.it.graphUrl, new URL(await suite.it.openSession(SEEDED.draft, 3 * MiB)).origin]) {
        const { port } = new URL(origin);
        const status = await rawGet(Number(port), path);
        expect(status).toBeGreaterThanOrEqual(400);
      }
      expect((await suite.it.graph('GET', SEEDED.draft)).status).toBe(200);
    },
  );

  it('who leave in the middle of a body leave nothing behind', async () => {
    const socket = connect(Number(new URL(suite.it.graphUrl).port), '127.0.0.1');
    const head = ['POST', `/v1.0/${encoded(SEEDED.draft)}/attachments`, 'HTTP/1.1'].join(' ');
    socket.write(
      `${head}\r\nhost: x\r\nauthorization: Bearer local\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n{`,
    );
    await once(socket, 'ready');
    await until(async () => (await suite.it.list('mailboxes')).length === 1);
    socket.destroy();
    await until(async () => (await suite.it.list('requests')).length === 1);
    expect(await suite.it.list('requests')).toMatchObject([{ op: 'postAttachment', status: 0, delivered: 'none' }]);
    expect(await suite.it.rules()).toEqual([]);
    expect(await suite.it.list('mailboxes')).toMatchObject([{ inFlight: 0 }]);
  });
});

/** A request line that no client library would write. */
async function rawGet(port: number, path: string): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  socket.end(`GET ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer local\r\nconnection: close\r\n\r\n`);
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return Number(chunk.toString().split(' ')[1]);
}

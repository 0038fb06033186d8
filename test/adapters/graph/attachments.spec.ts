import { createHash, randomBytes } from 'node:crypto';
import { graphAttachments } from '../../../src/adapters/graph/attachments';
import { graphClient } from '../../../src/adapters/graph/client';
import type { AttachmentApi } from '../../../src/core/wire/ports';
import { halfAnAnswer, json, ScriptedServer, scriptedServer } from '../support/scriptedServer';

const item = { form: 'message', segments: ['users', 'megan@contoso.com', 'messages', 'M='] } as const;
const base = '/v1.0/users/megan%40contoso.com/messages/M%3D/attachments';
const select = (url = '') => new URL(url, 'http://x').searchParams.get('$select');
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('graphAttachments', () => {
  let server: ScriptedServer;
  let attachments: AttachmentApi;
  const graph = () => graphClient({ graphRoot: server.origin, tokens: async () => 'local' });

  beforeEach(async () => {
    server = await scriptedServer();
    attachments = graphAttachments({ graph: graph() });
  });
  afterEach(async () => {
    expect(server.unused()).toBe(0);
    await server.close();
  });

  describe('list', () => {
    const page = (ids: string[], next?: string) =>
      json(200, {
        value: ids.map((id) => ({ id, name: `${id}.txt`, size: 1 })),
        ...(next ? { '@odata.nextLink': next } : {}),
      });

    it('follows the pages and never asks for contents', async () => {
      server.answer(page(['A', 'B'], `${server.origin}${base}?$select=id,name&$skiptoken=2`), page(['C']));
      expect(await attachments.list(item)).toEqual({
        kind: 'list',
        attachments: [
          { id: 'A', name: 'A.txt', sizeBytes: 1 },
          { id: 'B', name: 'B.txt', sizeBytes: 1 },
          { id: 'C', name: 'C.txt', sizeBytes: 1 },
        ],
      });
      expect(server.seen[0]?.url).toMatch(`${base}?`);
      expect(select(server.seen[0]?.url)).toBe('id,name,contentType,size,lastModifiedDateTime,isInline');
      expect(server.seen[1]?.url).toContain('$skiptoken=2');
    });

    it.each([
      ['a path', `${base}?$skiptoken=2`],
      ['a query', '?$skiptoken=2'],
      ['the last segment', 'attachments?$skiptoken=2'],
    ])('follows a link that is no more than %s', async (_what, next) => {
      server.answer(page(['A'], next), page(['B']));
      expect(await attachments.list(item)).toMatchObject({ kind: 'list', attachments: [{ id: 'A' }, { id: 'B' }] });
      expect(server.seen[1]?.url).toBe(`${base}?$skiptoken=2`);
    });

    it.each(['//evil.example/v1.0/me', 'https://evil.example/v1.0/me', ''])(
      'follows none to another place: %s',
      async (next) => {
        server.answer({ ...page(['A']), body: JSON.stringify({ value: [], '@odata.nextLink': next }) });
        expect(await attachments.list(item)).toMatchObject({ kind: 'fault', fault: 'blocked' });
        expect(server.seen).toHaveLength(1);
      },
    );

    it('is unknown where its pages go in a circle, and asks no further', async () => {
      const at = (token: number) => `${server.origin}${base}?$skiptoken=${token}`;
      server.answer(page(['A'], at(2)), page(['B'], at(3)), page(['C'], at(2)));
      expect(await attachments.list(item)).toMatchObject({ kind: 'fault', fault: 'reset' });
      expect(server.seen).toHaveLength(3);
      server.answer(page(['A'], at(2)), page(['B'], at(2)));
      expect(await attachments.list(item)).toMatchObject({ kind: 'fault', fault: 'reset' });
      expect(server.seen).toHaveLength(5);
    });

    it('asks for immutable ids on every page, and on $value', async () => {
      server.answer(page(['A'], `${server.origin}${base}?$skiptoken=2`), page(['B']), { body: 'bytes' });
      await attachments.list(item);
      await attachments.digest(item, 'A', []);
      for (const { headers } of server.seen) expect(headers['prefer']).toBe('IdType="ImmutableId"');
    });

    it('asks no task whether its attachments are inline', async () => {
      const task = { form: 'todoTask', segments: ['me', 'todo', 'lists', 'L', 'tasks', 'T'] } as const;
      server.answer(page([]));
      expect(await attachments.list(task)).toEqual({ kind: 'list', attachments: [] });
      expect(select(server.seen[0]?.url)).not.toContain('isInline');
    });

    it('gives what a later page answers instead of a shorter list', async () => {
      server.answer(page(['A'], `${server.origin}${base}?$skiptoken=2`), json(503, {}));
      expect(await attachments.list(item)).toMatchObject({ kind: 'reply', status: 503 });
    });

    it('goes to no other host for a page', async () => {
      server.answer(page(['A'], 'https://evil.example/v1.0/x'));
      expect(await attachments.list(item)).toMatchObject({ kind: 'fault', fault: 'blocked' });
    });

    it('takes an answer that is no list for none, not for an empty one', async () => {
      server.answer(json(200, {}), { status: 200, body: '<html>' }, json(200, { value: [{ name: 'no id' }] }));
      for (let n = 0; n < 3; n++) expect(await attachments.list(item)).toMatchObject({ kind: 'fault', fault: 'reset' });
    });
  });

  it('posts the JSON it is given to the collection', async () => {
    server.answer(json(201, { id: 'A' }));
    expect(await attachments.post(item, '{"name":"x"}')).toMatchObject({ status: 201, json: { id: 'A' } });
    expect(server.seen[0]).toMatchObject({ method: 'POST', url: base });
    expect(server.seen[0]?.body.toString()).toBe('{"name":"x"}');
  });

  it('posts elsewhere, and in the version that the item or the body needs', async () => {
    const replies = graphAttachments({
      graph: graph(),
      postPathOf: ({ segments }) => [...segments, 'reply'],
      versionOf: (_, body) => (body === undefined || body.includes('reference') ? 'beta' : 'v1.0'),
    });
    server.answer({ status: 202 }, { status: 201 }, { status: 204 });
    await replies.post(item, '{}');
    await replies.post(item, '{"@odata.type":"reference"}');
    await replies.remove(item, 'A');
    const beta = base.replace('v1.0', 'beta');
    expect(server.seen.map(({ url }) => url)).toEqual([
      base.replace('attachments', 'reply'),
      beta.replace('attachments', 'reply'),
      `${beta}/A`,
    ]);
  });

  it('selects base properties of one attachment unless told which', async () => {
    server.answer(json(200, { id: 'A' }), json(200, { id: 'A' }));
    expect(await attachments.metadata(item, 'A/+=', undefined)).toMatchObject({ json: { id: 'A' } });
    await attachments.metadata(item, 'A', 'id,contentBytes');
    expect(server.seen[0]?.url).toMatch(`${base}/A%2F%2B%3D?`);
    expect(server.seen.map(({ url }) => select(url))).toEqual([
      'id,name,contentType,size,lastModifiedDateTime,isInline',
      'id,contentBytes',
    ]);
  });

  it('takes one attachment out of the wrapping that To Do gives it, and does not ask whether it is inline', async () => {
    const task = { form: 'todoTask', segments: ['me', 'todo', 'lists', 'L', 'tasks', 'T'] } as const;
    server.answer(json(200, { '@odata.context': 'x', value: { id: 'A', name: 'n' } }));
    expect(await attachments.metadata(task, 'A', undefined)).toMatchObject({ json: { id: 'A', name: 'n' } });
    expect(select(server.seen[0]?.url)).not.toContain('isInline');
  });

  it('removes one attachment, and never the item', async () => {
    server.answer({ status: 204 });
    expect(await attachments.remove(item, 'A=')).toMatchObject({ status: 204 });
    expect(server.seen[0]).toMatchObject({ method: 'DELETE', url: `${base}/A%3D` });
    expect(await attachments.remove(item, '')).toMatchObject({ fault: 'blocked' });
    expect(await attachments.remove(item, '..')).toMatchObject({ fault: 'blocked' });
  });

  describe('digest', () => {
    const bytes = randomBytes(3_000_000);
    const parts = [
      { start: 0, end: 1_999_999 },
      { start: 2_000_000, end: 2_999_999 },
    ];

    it('reads $value to its end, uncompressed, and digests it whole and by part', async () => {
      server.answer({ headers: { 'Content-Type': 'image/jpeg' }, body: bytes });
      expect(await attachments.digest(item, 'A', parts)).toEqual({
        kind: 'digest',
        sizeBytes: 3_000_000,
        sha256: sha256(bytes),
        parts: [sha256(bytes.subarray(0, 2_000_000)), sha256(bytes.subarray(2_000_000))],
      });
      expect(server.seen[0]).toMatchObject({ url: `${base}/A/$value`, headers: { 'accept-encoding': 'identity' } });
    });

    it('asks for a range where one is wanted, and digests what lies in it', async () => {
      const range = { start: 0, end: 1_999_999 };
      const part = bytes.subarray(0, 2_000_000);
      server.answer({ status: 206, headers: { 'Content-Range': 'bytes 0-1999999/3000000' }, body: part });
      expect(await attachments.digest(item, 'A', parts, range)).toEqual({
        kind: 'digest',
        range,
        sizeBytes: 2_000_000,
        sha256: sha256(part),
        parts: [sha256(part)],
      });
      expect(server.seen[0]?.headers['range']).toBe('bytes=0-1999999');
    });

    it('takes the whole file where the service does not know ranges', async () => {
      server.answer({ body: bytes });
      expect(await attachments.digest(item, 'A', parts, { start: 0, end: 9 })).toEqual({
        kind: 'digest',
        sizeBytes: 3_000_000,
        sha256: sha256(bytes),
        parts: [sha256(bytes.subarray(0, 2_000_000)), sha256(bytes.subarray(2_000_000))],
      });
    });

    it('takes no other range for the one that it asked for', async () => {
      const range = { start: 0, end: 9 };
      server.answer(
        { status: 206, headers: { 'Content-Range': 'bytes 5-9/20' }, body: '56789' },
        { status: 206, body: '0123456789' },
        { status: 206, headers: { 'Content-Range': 'bytes 0-9/20' }, body: '01234' },
      );
      for (let n = 0; n < 3; n++)
        expect(await attachments.digest(item, 'A', parts, range)).toMatchObject({ fault: 'reset' });
    });

    it('says how many bytes came, also where there were none', async () => {
      server.answer({ body: '' });
      expect(await attachments.digest(item, 'A', parts)).toMatchObject({ kind: 'digest', sizeBytes: 0 });
    });

    it('is a fault where the bytes break off, and a reply where there are none', async () => {
      server.answer(halfAnAnswer(200, 'some'), 'reset', json(404, {}), json(405, {}));
      expect(await attachments.digest(item, 'A', parts)).toMatchObject({ fault: 'reset' });
      expect(await attachments.digest(item, 'A', parts)).toMatchObject({ fault: 'reset' });
      expect(await attachments.digest(item, 'A', parts)).toMatchObject({ kind: 'reply', status: 404 });
      expect(await attachments.digest(item, 'A', parts)).toMatchObject({ kind: 'reply', status: 405 });
    });
  });

  describe('value', () => {
    it('gives the bytes and their type up to the limit', async () => {
      server.answer({ headers: { 'Content-Type': 'text/plain' }, body: '12345' }, { status: 404 });
      expect(await attachments.value(item, 'A', 5)).toEqual({
        kind: 'value',
        bytes: Buffer.from('12345'),
        contentType: 'text/plain',
      });
      expect(await attachments.value(item, 'A', 5)).toMatchObject({ kind: 'reply', status: 404 });
    });

    it('says that it is too large, also where no length was announced', async () => {
      server.answer({ headers: { 'Content-Length': '6' }, body: '123456' }, (response) => {
        response.write('123');
        response.end('456');
      });
      expect(await attachments.value(item, 'A', 5)).toEqual({ kind: 'tooLarge' });
      expect(await attachments.value(item, 'A', 5)).toEqual({ kind: 'tooLarge' });
    });
  });
});

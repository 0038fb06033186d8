import { graphAttachments } from '../../src/adapters/graph/attachments';
import { graphClient } from '../../src/adapters/graph/client';
import { outlookUploadSessions } from '../../src/adapters/graph/outlookSessions';
import { todoUploadSessions } from '../../src/adapters/graph/todoSessions';
import { parseAttachmentLocation } from '../../src/core/wire/location';
import type { ByteRange } from '../../src/core/byteRange';
import { Item, parseItemPath } from '../../src/core/items/path';
import type { UploadSessionApi } from '../../src/core/wire/ports';
import { parseUploadSession } from '../../src/core/wire/session';
import type { WireReply } from '../../src/core/wire/reply';
import { SEEDED, sha256, someBytes, standInForSuite } from '../local/outlook/standIn';

const suite = standInForSuite();
const bytes = someBytes(5_000_000);
const parts: ByteRange[] = [
  { start: 0, end: 2_999_999 },
  { start: 3_000_000, end: 4_999_999 },
];
const file = { name: 'flower.jpg', contentType: 'image/jpeg', sizeBytes: bytes.length, isInline: false };
const draft = at(SEEDED.draft);
const small = (name: string) =>
  JSON.stringify({ '@odata.type': '#microsoft.graph.fileAttachment', name, contentBytes: 'c291cA==' });

function at(path: string): Item {
  const parsed = parseItemPath(path);
  if (!parsed.ok) throw new Error(path);
  return parsed.item;
}

function adapters() {
  const tokens = async () => 'local';
  const graph = graphClient({ graphRoot: suite.it.graphUrl, tokens });
  return {
    attachments: graphAttachments({ graph }),
    outlook: outlookUploadSessions({ graph, hosts: [], allowLoopback: true }),
    todo: todoUploadSessions({ graph, tokens }),
  };
}

function replied(reply: WireReply) {
  if (reply.kind === 'fault') throw new Error(`${reply.fault}: ${reply.detail}`);
  return reply;
}

async function open(sessions: UploadSessionApi, item: Item): Promise<string> {
  const session = parseUploadSession(replied(await sessions.create(item, file)).json, bytes.length, 0);
  if (session === undefined) throw new Error('no session');
  return session.uploadUrl;
}

const put = (sessions: UploadSessionApi, url: string, range: ByteRange) =>
  sessions.put(url, range, bytes.length, bytes.subarray(range.start, range.end + 1), 10_000);

describe('the adapters against the Outlook stand-in', () => {
  afterEach(async () => {
    await suite.it.faultsConsumed();
    expect(await suite.it.rules()).toEqual([]); // it would refuse a bearer, a gap, chunks
  });

  it.each([
    ['a message', 'outlook', SEEDED.draft],
    ['a message in nested folders', 'outlook', SEEDED.nestedMessage],
    ['an event', 'outlook', SEEDED.event],
    ['a To Do task', 'todo', SEEDED.todoTask],
  ] as const)('attach a file to %s by a session and read it back', async (_, protocol, path) => {
    const { attachments, [protocol]: sessions } = adapters();
    const item = at(path);
    const url = await open(sessions, item);
    expect(replied(await put(sessions, url, parts[0]!)).status).toBe(200);
    expect(replied(await sessions.status(url)).status).toBe(200);
    const last = replied(await put(sessions, url, parts[1]!));
    expect(last.status).toBe(201);
    const id = parseAttachmentLocation(last.location) ?? '';
    expect(await attachments.digest(item, id, parts)).toEqual({
      kind: 'digest',
      sizeBytes: bytes.length,
      sha256: sha256(bytes),
      parts: parts.map(({ start, end }) => sha256(bytes.subarray(start, end + 1))),
    });
    // Location gives another id than Graph
    const known = replied(await attachments.metadata(item, id, undefined)).json as { id: string; name: string };
    expect(known.name).toBe('flower.jpg');
    expect(await attachments.list(item)).toMatchObject({
      kind: 'list',
      attachments: [{ id: known.id, name: known.name }],
    });
    expect(replied(await attachments.remove(item, known.id)).status).toBe(204);
    expect(await attachments.list(item)).toEqual({ kind: 'list', attachments: [] });
  });

  it.each(['outlook', 'todo'] as const)('cancel a session of %s, after which it is gone', async (protocol) => {
    const { [protocol]: sessions } = adapters();
    const url = await open(sessions, at(protocol === 'todo' ? SEEDED.todoTask : SEEDED.draft));
    expect(replied(await sessions.cancel(url)).status).toBe(204);
    expect((await suite.it.list('sessions'))[0]?.state).toBe('cancelled');
  });

  it('post a small file, and read its metadata and value', async () => {
    const { attachments } = adapters();
    const { id } = replied(await attachments.post(draft, small('menu.txt'))).json as { id: string };
    expect(replied(await attachments.metadata(draft, id, undefined)).json).toMatchObject({ id, name: 'menu.txt' });
    expect(await attachments.value(draft, id, 4)).toMatchObject({ kind: 'value', bytes: Buffer.from('soup') });
    expect(await attachments.value(draft, id, 3)).toEqual({ kind: 'tooLarge' });
  });

  it('list all pages', async () => {
    const { attachments } = adapters();
    await suite.it.control('PATCH', 'config', { listPageSize: 2 });
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const name of names) await attachments.post(draft, small(name));
    const listed = await attachments.list(draft);
    expect(listed.kind === 'list' && listed.attachments.map(({ name }) => name)).toEqual(names);
  });

  it('post a link in beta, where alone it exists', async () => {
    const graph = graphClient({ graphRoot: suite.it.graphUrl, tokens: async () => 'local' });
    const attachments = graphAttachments({ graph, versionOf: (_, body) => (body === undefined ? undefined : 'beta') });
    const link = { '@odata.type': '#microsoft.graph.referenceAttachment', name: 'l', sourceUrl: 'https://x/y' };
    expect(replied(await attachments.post(draft, JSON.stringify(link))).status).toBe(201);
  });

  it('tell what was committed from what was answered: the reply is lost, the attachment there', async () => {
    const { attachments, outlook } = adapters();
    await suite.it.faults(
      { on: { op: 'putLast' }, do: { resetAfter: true } },
      { on: { op: 'postAttachment' }, do: { halfAnswer: true } },
    );
    const url = await open(outlook, draft);
    await put(outlook, url, parts[0]!);
    expect(await put(outlook, url, parts[1]!)).toMatchObject({ kind: 'fault', fault: 'reset' });
    expect(await attachments.post(draft, small('half'))).toMatchObject({ kind: 'fault', fault: 'reset' });
    const listed = await attachments.list(draft);
    expect(listed.kind === 'list' && listed.attachments.map(({ name }) => name)).toEqual(['flower.jpg', 'half']);
  });

  it('give throttling, errors and HTML as the service sends them', async () => {
    const { attachments, outlook } = adapters();
    const throttled = { status: 429, code: 'ApplicationThrottled', headers: { 'retry-after': '2.128' } };
    await suite.it.faults(
      { on: { op: 'put' }, do: { answer: throttled } },
      { on: { op: 'listAttachments' }, do: { answer: { status: 503, raw: '<html>down</html>' } } },
      { on: { op: 'getValue' }, do: { answer: { status: 404, code: 'ErrorItemNotFound' } } },
    );
    const url = await open(outlook, draft);
    expect(await put(outlook, url, parts[0]!)).toMatchObject({
      status: 429,
      retryAfter: '2.128',
      json: { error: { code: 'ApplicationThrottled' } },
    });
    expect(await attachments.list(draft)).toMatchObject({ kind: 'reply', status: 503, json: undefined });
    const { id } = replied(await attachments.post(draft, small('there'))).json as { id: string };
    expect(await attachments.digest(draft, id, parts)).toMatchObject({ kind: 'reply', status: 404 });
  });
});

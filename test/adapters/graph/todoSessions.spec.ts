import { graphClient } from '../../../src/adapters/graph/client';
import { todoUploadSessions } from '../../../src/adapters/graph/todoSessions';
import type { UploadSessionApi } from '../../../src/core/wire/ports';
import { json, ScriptedServer, scriptedServer } from '../support/scriptedServer';

const item = { form: 'todoTask', segments: ['me', 'todo', 'lists', 'L=', 'tasks', 'T='] } as const;
const file = { name: 'flower', contentType: 'image/jpeg', sizeBytes: 4, isInline: false };
const whole = { start: 0, end: 3 };
const bytes = Uint8Array.of(1, 2, 3, 4);
const sessionPath = '/v1.0/users/oid/todo/lists/L=/tasks/T=/attachmentSessions/S';

describe('todoUploadSessions', () => {
  let graph: ScriptedServer;
  let sessions: UploadSessionApi;
  let asked: boolean[];
  const url = () => graph.origin + sessionPath;

  beforeEach(async () => {
    graph = await scriptedServer();
    asked = [];
    const tokens = async ({ refresh } = { refresh: false }) => {
      asked.push(refresh);
      return refresh ? 'fresh' : 'first';
    };
    sessions = todoUploadSessions({ graph: graphClient({ graphRoot: graph.origin, tokens }), tokens });
  });
  afterEach(async () => {
    expect(graph.unused()).toBe(0);
    await graph.close();
  });

  it('creates a session with attachmentInfo', async () => {
    graph.answer(json(200, { uploadUrl: url() }));
    expect(await sessions.create(item, file)).toMatchObject({ status: 200, json: { uploadUrl: url() } });
    expect(graph.seen[0]?.url).toBe('/v1.0/me/todo/lists/L%3D/tasks/T%3D/attachments/createUploadSession');
    expect(JSON.parse(graph.seen[0]?.body.toString() ?? '')).toEqual({
      attachmentInfo: { attachmentType: 'file', name: 'flower', size: 4, contentType: 'image/jpeg' },
    });
  });

  it('puts to {uploadUrl}/content with the bearer', async () => {
    graph.answer({ status: 201, headers: { Location: 'https://x/Attachments/A' } });
    expect(await sessions.put(url(), whole, 4, bytes, 5000)).toMatchObject({
      status: 201,
      location: 'https://x/Attachments/A',
    });
    const [seen] = graph.seen;
    expect(seen).toMatchObject({ method: 'PUT', url: `${sessionPath}/content`, body: Buffer.from(bytes) });
    expect(seen?.headers).toMatchObject({
      authorization: 'Bearer first',
      'content-length': '4',
      'content-range': 'bytes 0-3/4',
      'content-type': 'application/octet-stream',
    });
  });

  it('puts /content behind the path of a URL that has a query', async () => {
    graph.answer({ status: 201 });
    await sessions.put(`${url()}?a=b`, whole, 4, bytes, 5000);
    expect(graph.seen[0]?.url).toBe(`${sessionPath}/content?a=b`);
  });

  it('sends a range again whole, with a fresh token, after a 401', async () => {
    graph.answer(json(401, {}), { status: 201 });
    expect(await sessions.put(url(), whole, 4, bytes, 5000)).toMatchObject({ status: 201 });
    expect(graph.seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer first', 'Bearer fresh']);
    expect(graph.seen[1]?.body).toEqual(Buffer.from(bytes));
    expect(asked).toEqual([false, true]);
  });

  it('asks for the status and cancels with the bearer', async () => {
    graph.answer(json(200, { nextExpectedRanges: ['0-'] }), { status: 204 });
    expect(await sessions.status(url())).toMatchObject({ status: 200 });
    expect(await sessions.cancel(url())).toMatchObject({ status: 204 });
    expect(graph.seen.map(({ method, url, headers }) => [method, url, headers.authorization])).toEqual([
      ['GET', sessionPath, 'Bearer first'],
      ['DELETE', sessionPath, 'Bearer first'],
    ]);
  });

  it('takes the bearer to no other host', async () => {
    const other = await scriptedServer();
    for (const elsewhere of [
      other.origin + sessionPath,
      'no url',
      graph.origin.replace('://', '://u@') + sessionPath,
    ]) {
      expect(await sessions.put(elsewhere, whole, 4, bytes, 50)).toMatchObject({ fault: 'blocked' });
      expect(await sessions.cancel(elsewhere)).toMatchObject({ fault: 'blocked' });
    }
    expect([...other.seen, ...graph.seen]).toHaveLength(0);
    await other.close();
  });

  it('says that no token could be had, and not with what it was asked for', async () => {
    const tokens = async () =>
      Promise.reject(Object.assign(new Error('AADSTS7000215: secret=xyz'), { name: 'AuthenticationError' }));
    const without = todoUploadSessions({ graph: graphClient({ graphRoot: graph.origin, tokens }), tokens });
    const fault = { kind: 'fault', fault: 'noToken', detail: 'No token for Graph: AuthenticationError AADSTS7000215' };
    expect(await without.cancel(url())).toEqual(fault);
    expect(await without.create(item, file)).toEqual(fault);
  });
});

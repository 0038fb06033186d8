import { readFailure } from '../../src/core/wire/failure';
import { readStatus } from '../../src/core/wire/success';
import { parseMissing } from '../../src/core/wire/session';
import type { Item } from '../../src/core/items/path';
import type { UploadSessionApi } from '../../src/core/wire/ports';
import { sha256 } from '../local/outlook/standIn';
import { answered, firstRange, idIn, lastRange, OpenSession, sessionBytes, sessionFile } from './answers';
import { readingOf, seen, seenAndRead } from './seen';
import { serviceForSuite, type Service } from './service';

const suite = serviceForSuite();
const total = sessionBytes.length;
const kinds = {
  'a message': { protocol: 'outlook', make: (service: Service) => service.draft(), created: 201 },
  'an event': { protocol: 'outlook', make: (service: Service) => service.event(), created: 201 },
  'a To Do task': { protocol: 'todo', make: (service: Service) => service.task(), created: 200 },
} as const;

describe.each(Object.keys(kinds) as (keyof typeof kinds)[])('an upload session of %s', (name) => {
  const { protocol, make, created } = kinds[name];
  let item: Item;
  let sessions: UploadSessionApi;
  beforeAll(async () => {
    item = await make(suite.it);
    sessions = suite.it[protocol];
  });
  const open = (): Promise<OpenSession> => OpenSession.open(sessions, item);
  const listed = async (): Promise<string[]> => {
    const list = await suite.it.attachments.list(item);
    if (list.kind !== 'list') throw new Error('no list');
    return list.attachments.map(({ id }) => id);
  };
  const bytesOf = (id: string) => suite.it.attachments.digest(item, id, [{ start: 0, end: total - 1 }]);
  const whole = { kind: 'digest', sizeBytes: total, sha256: sha256(sessionBytes) };

  it(`is created with ${created}, a URL of its own and an expiry ahead`, async () => {
    const { status } = answered(await sessions.create(item, sessionFile()));
    expect(status).toBe(created);
    const session = await open();
    expect(session.expiresAt).toBeGreaterThan(Date.now() + 60_000);
    expect(session.url.startsWith(suite.it.graph.origin)).toBe(protocol === 'todo');
    const minutes = String(Math.round((session.expiresAt - Date.now()) / 60_000));
    seen(`${name}: a session lives for minutes`, minutes, 'opens another one when it has expired');
    await session.cancel();
  });

  it('takes ranges in order, names the next byte, attaches with the last one, and gives back the bytes', async () => {
    const session = await open();
    const { json } = answered(await session.put(firstRange), 200);
    expect(parseMissing(json, total)).toEqual([lastRange]);
    expect(await listed()).toEqual([]);
    const last = answered(await session.put(lastRange), 201);
    expect(last.json).toBeUndefined();
    const id = OpenSession.idOf(last);
    expect(await bytesOf(id)).toMatchObject(whole);
    const same = String((await listed()).includes(id));
    seen(`${name}: the id in Location is the listed one`, same, 'asks Graph for the listed one and uses that alone');
    expect(answered(await suite.it.attachments.remove(item, id)).status).toBe(204);
    expect(await listed()).toEqual([]);
  });

  it('names its attachment by an id that works in every path, and leads to the one that lists show', async () => {
    const id = await (await open()).finish();
    const metadata = answered(await suite.it.attachments.metadata(item, id, undefined), 200);
    const [only] = await listed();
    expect(idIn(metadata)).toBe(only);
    expect(await bytesOf(only ?? '')).toMatchObject(whole);
    expect(await bytesOf(id)).toMatchObject(whole);
    const { size } = metadata.json as { size: number };
    expect(size).toBeGreaterThanOrEqual(total); // what cannot be read back is judged by it
    expect(answered(await suite.it.attachments.remove(item, only ?? '')).status).toBe(204);
    expect(await listed()).toEqual([]);
  });

  it('takes the whole file in one range', async () => {
    const id = OpenSession.idOf(await (await open()).put({ start: 0, end: total - 1 }));
    expect(await bytesOf(id)).toMatchObject(whole);
    await suite.it.attachments.remove(item, id);
  });

  it('leaves nothing when it is cancelled midway; cancelled twice is cancelled (answer recorded)', async () => {
    const session = await open();
    answered(await session.put(firstRange), 200);
    expect(answered(await session.cancel()).status).toBe(204);
    expect(await listed()).toEqual([]);
    seenAndRead(`${name}: cancelled twice`, 'closeSession', await session.cancel(), total, ['closed', 'gone']);
    seenAndRead(`${name}: PUT after a cancel`, 'putRange', await session.put(lastRange), total, [
      'sessionGone',
      'wrongRange',
      'hostRefused',
    ]);
    expect(await listed()).toEqual([]);
  });

  it('attaches once: what comes after its end changes nothing (answers recorded)', async () => {
    const session = await open();
    const id = await session.finish();
    const repeated = await session.put(lastRange);
    seenAndRead(`${name}: the last range again after 201`, 'putRange', repeated, total, [
      'sessionGone',
      'wrongRange',
      'hostRefused',
      'attached',
    ]);
    seenAndRead(`${name}: DELETE after completion`, 'closeSession', await session.cancel(), total, [
      'closed',
      'gone',
      'refused',
    ]);
    expect(await bytesOf(id)).toMatchObject(whole);
    expect((await listed()).length).toBe(1);
    await suite.it.attachments.remove(item, id);
  });

  it('may be asked for its status (answer recorded), and then says what is missing', async () => {
    const session = await open();
    answered(await session.put(firstRange), 200);
    const reply = await session.status();
    const said = readStatus(reply, total) ?? readFailure('askSession', reply, Date.now());
    seen(`${name}: GET on the upload URL`, said.kind, 'goes on from what is missing, or from what it was told last');
    expect(['expects', 'noStatus']).toContain(said.kind);
    if (said.kind === 'expects') expect(said.missing).toEqual([lastRange]);
    await session.cancel();
  });

  it.each([
    ['a gap', { start: 2_200_000, end: 2_299_999 }, total],
    ['an overlap', { start: 2_000_000, end: 2_199_999 }, total],
    ['a range that was taken before', firstRange, total],
    ['another total', { start: 2_097_152, end: 2_199_999 }, total + 500],
    ['more bytes than the file has', { start: 2_097_152, end: total + 99 }, total],
  ])('is not harmed by %s (answer recorded): the right range is taken next', async (what, range, totalBytes) => {
    const session = await open();
    answered(await session.put(firstRange), 200);
    const outcomes = ['wrongRange', 'accepted', 'sessionGone', 'hostRefused', 'attached', 'refused'] as const;
    seenAndRead(`${name}: ${what}`, 'putRange', await session.put(range, totalBytes), total, outcomes);
    const next = await session.put(lastRange);
    const then = readingOf('putRange', next, total);
    seen(`${name}: the right range after ${what}`, then, 'looks for the file where it is not taken');
    if (next.kind === 'reply' && next.status === 201) {
      const id = OpenSession.idOf(next);
      expect(await bytesOf(id)).toMatchObject(whole);
      await suite.it.attachments.remove(item, id);
    }
    await session.cancel();
  });

  it('may stand beside another one of the same name; each attaches its own', async () => {
    const both = await Promise.all([open(), open()]);
    const ids = [await both[0].finish(), await both[1].finish()];
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) {
      expect(await bytesOf(id)).toMatchObject(whole);
      await suite.it.attachments.remove(item, id);
    }
  });
});

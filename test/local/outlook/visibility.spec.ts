import { MiB, SEEDED, someBytes, standInForSuite } from './standIn';

const suite = standInForSuite();
const megan = 'users/megan@contoso.com';
const file = { '@odata.type': '#microsoft.graph.fileAttachment', name: 'a', contentBytes: 'c291cA==' };
const make = async (notFoundFor: object) =>
  (await suite.it.control('POST', 'items', { path: `${megan}/messages`, notFoundFor })).path;
const post = (path: string) => suite.it.graph('POST', `${path}/attachments`, file);
const wait = (seconds: number) => suite.it.control('POST', 'clock', { advanceSeconds: seconds });

describe('an item that is not found yet', () => {
  it('is found when its time has come, by the stand-in’s clock, which a test moves', async () => {
    const path = await make({ any: 300 });
    const early = await post(path);
    expect([early.status, early.json.error.code]).toEqual([404, 'ErrorItemNotFound']);
    await wait(299.5);
    expect((await post(path)).status).toBe(404);
    await wait(0.5);
    expect((await post(path)).status).toBe(201);
    expect(await suite.it.rules()).toEqual([]);
  });

  it('is hidden from one kind of call and not from another', async () => {
    const path = await make({ postAttachment: 60, put: 120 });
    expect((await suite.it.graph('GET', path)).status).toBe(200);
    expect((await post(path)).status).toBe(404);
    const bytes = someBytes(3 * MiB);
    const url = await suite.it.openSession(path, bytes.length);
    expect((await suite.it.put(url, bytes, 0, bytes.length)).status).toBe(404);
    suite.it.nowMs += 60_000;
    expect((await post(path)).status).toBe(201);
    suite.it.nowMs += 60_000;
    expect((await suite.it.put(url, bytes, 0, bytes.length)).status).toBe(201);
  });

  it('is a draft made under a script, and no other one', async () => {
    await suite.it.faults({
      on: { op: 'createMessage', nth: 2 },
      do: { notFoundFor: { getItem: 45, listMessages: 90 } },
    });
    const paths = [];
    for (const subject of ['one', 'two'])
      paths.push(`${megan}/messages/${(await suite.it.graph('POST', `${megan}/messages`, { subject })).json.id}`);
    const [one = '', two = ''] = paths;
    const listed = async () =>
      (await suite.it.graph('GET', `${megan}/mailFolders/drafts/messages?$select=subject`)).json.value.length;
    expect((await suite.it.graph('GET', one)).status).toBe(200);
    expect((await suite.it.graph('GET', two)).status).toBe(404);
    const before = await listed();
    await wait(45);
    expect((await suite.it.graph('GET', two)).status).toBe(200);
    await wait(45);
    expect(await listed()).toBe(before + 1);
    await suite.it.faultsConsumed();
  });

  it('may be every new one', async () => {
    await suite.it.control('PATCH', 'config', { notFoundFor: { any: 10 } });
    const path = await suite.it.newDraft();
    expect((await suite.it.graph('GET', path)).status).toBe(404);
    expect((await suite.it.graph('GET', SEEDED.draft)).status).toBe(200);
  });
});

describe('the clock', () => {
  it('says how far it is ahead, and is right again after a reset', async () => {
    const now = new Date(suite.it.nowMs + 90_000).toISOString();
    expect(await wait(90)).toEqual({ now, aheadSeconds: 90 });
    await suite.it.control('POST', 'reset');
    expect(await suite.it.control('GET', 'clock')).toMatchObject({ aheadSeconds: 0 });
    await expect(wait(-1)).rejects.toThrow(/advanceSeconds/);
  });

  it('lets sessions expire and brings late commits', async () => {
    await suite.it.faults({ on: { op: 'postAttachment' }, do: { commitLaterMs: 5000, answer: { status: 504 } } });
    await suite.it.openSession(SEEDED.draft, 3 * MiB);
    await post(SEEDED.draft);
    expect(await suite.it.list('attachments')).toEqual([]);
    await wait(7200);
    expect(await suite.it.list('attachments')).toHaveLength(1);
    expect((await suite.it.list('sessions'))[0]!.state).toBe('expired');
  });
});

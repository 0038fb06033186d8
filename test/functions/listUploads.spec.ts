import { listUploads } from '../../src/functions/api/listUploads';
import { UploadError } from '../../src/core/errors';
import { activeRecord, ended, idSource } from './support/sampleRecord';
import { httpRequest, jsonOf, world, World } from './support/world';

describe('GET /api/uploads', () => {
  let w: World;
  const newId = idSource();
  beforeEach(() => {
    w = world();
  });
  interface Page {
    value: { id: string; status: string }[];
    nextLink?: string;
  }
  const list = async (path: string): Promise<Page> =>
    jsonOf(await listUploads(httpRequest({ path }), w.deps)) as unknown as Page;
  const idsOf = async (path: string): Promise<string[]> => (await list(path)).value.map(({ id }) => id);
  const faultsOf = async (path: string): Promise<unknown> =>
    list(path).catch((cause: unknown) =>
      cause instanceof UploadError
        ? [cause.problem.code, ...(cause.problem.errors ?? []).map((e) => e.pointer)]
        : cause,
    );

  it('gives pages of the newest first, whose links keep the filter and hand on no key', async () => {
    const ids = Array.from({ length: 5 }, newId);
    for (const id of ids) await w.records.insert(ended(activeRecord(id, { reference: 'a & b' }), 'failed', 1));
    await w.records.insert(activeRecord(newId()));
    const seen: string[] = [];
    let next: string | undefined = '/api/uploads?limit=2&reference=a+%26+b&status=failed&code=s3cr3t';
    for (let page = 0; next !== undefined && page < 9; page++) {
      const { value, nextLink }: Page = await list(next);
      seen.push(...value.map(({ id }) => id));
      expect(nextLink ?? '').not.toContain('s3cr3t');
      next = nextLink;
    }
    expect(seen).toEqual([...ids].reverse());
  });

  it('has 20 on a page and no link on the last', async () => {
    for (let n = 0; n < 21; n++) await w.records.insert(activeRecord(newId()));
    const { value, nextLink } = await list('/api/uploads');
    expect([value.length, typeof nextLink]).toEqual([20, 'string']);
    const last = await list(nextLink ?? '');
    expect([last.value.length, last.nextLink]).toEqual([1, undefined]);
  });

  it('tells the states of active ones apart by what their orchestrations say', async () => {
    const ids = Array.from({ length: 60 }, newId);
    for (const [n, id] of ids.entries()) {
      await w.records.insert(activeRecord(id));
      if (n % 20 === 0) w.runs(id, { status: 'running' });
    }
    expect(await idsOf('/api/uploads?status=running&limit=2')).toEqual([ids[40], ids[20]]);
    const { nextLink } = await list('/api/uploads?status=running&limit=2');
    expect(await idsOf(nextLink ?? '')).toEqual([ids[0]]);
    expect(await idsOf('/api/uploads?status=queued&limit=100')).toHaveLength(57);
    expect(await idsOf('/api/uploads?status=waiting')).toEqual([]);
  });

  it('finds an item however it is written', async () => {
    const id = newId();
    await w.records.insert(activeRecord(id));
    expect(await idsOf('/api/uploads?item=Users%2Fmegan%2540contoso.com%2Fmessages%2FAAMkAD%253D')).toEqual([id]);
    expect(await idsOf('/api/uploads?item=users/adele@contoso.com/messages/AAMkAD=')).toEqual([]);
  });

  it.each([
    ['?limit=0', ['InvalidRequest', 'limit']],
    ['?limit=101', ['InvalidRequest', 'limit']],
    ['?limit=x&status=done', ['InvalidRequest', 'status', 'limit']],
    ['?item=nothing', ['InvalidItem', 'item']],
    ['?cursor=abc', ['InvalidRequest', 'cursor']],
    ['?colour=red&stauts=failed', ['InvalidRequest', 'colour', 'stauts']],
    ['?status=failed&status=running', ['InvalidRequest', 'status']],
    ['?limit=5&limit=6', ['InvalidRequest', 'limit']],
    ['?__proto__=x', ['InvalidRequest', '__proto__']],
  ])('refuses %s', async (query, expected) => {
    expect(await faultsOf(`/api/uploads${query}`)).toEqual(expected);
  });
});

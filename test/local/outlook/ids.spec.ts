import { http, MiB, SEEDED, sha256, someBytes, standInForSuite } from './standIn';

const suite = standInForSuite();
const size = 3 * MiB;
const bytes = someBytes(size);
const immutable = { headers: { prefer: 'IdType="ImmutableId"' } };
const menu = { '@odata.type': '#microsoft.graph.fileAttachment', name: 'menu.txt', contentBytes: 'c291cA==' };
const configure = (config: object) => suite.it.control('PATCH', 'config', config);
const locationId = (location = '') => /\('([^']+)'\)$/.exec(decodeURIComponent(location))?.[1] ?? '';
const idsOf = async (item: string, options = {}) =>
  (await suite.it.graph('GET', `${item}/attachments?$select=id`, undefined, options)).json.value.map(({ id }) => id);

async function uploaded(item: string = SEEDED.draft): Promise<string> {
  const { headers } = await suite.it.upload(await suite.it.openSession(item, size), bytes);
  return locationId(headers.location);
}

describe('two ids of an attachment', () => {
  beforeEach(() => configure({ ids: 'two' }));

  it('are told apart: Location names the one, Graph lists the other as immutable', async () => {
    const id = await uploaded();
    const [listed] = await idsOf(SEEDED.draft, immutable);
    expect(listed).not.toBe(id);
    expect(await idsOf(SEEDED.draft)).toEqual([id]);
    expect((await suite.it.list('attachments'))[0]).toMatchObject({ id, immutableId: listed });
  });

  it('both name it in every path, and metadata names it as the request prefers', async () => {
    const id = await uploaded();
    const [listed = ''] = await idsOf(SEEDED.draft, immutable);
    for (const each of [id, listed]) {
      const one = `${SEEDED.draft}/attachments/${each}`;
      expect((await suite.it.graph('GET', one)).json.id).toBe(id);
      expect((await suite.it.graph('GET', one, undefined, immutable)).json.id).toBe(listed);
      expect(sha256((await suite.it.graph('GET', `${one}/$value`)).bytes)).toBe(sha256(bytes));
    }
    expect((await suite.it.graph('DELETE', `${SEEDED.draft}/attachments/${id}`)).status).toBe(204);
    for (const each of [id, listed])
      expect((await suite.it.graph('GET', `${SEEDED.draft}/attachments/${each}`)).status).toBe(404);
  });

  it.each(['regular', 'immutable'])(
    'a POST answers the %s one as the request prefers, and DELETE takes it',
    async (form) => {
      const options = form === 'immutable' ? immutable : {};
      const { json } = await suite.it.graph('POST', `${SEEDED.draft}/attachments`, menu, options);
      const { id, immutableId } = (await suite.it.list('attachments'))[0]!;
      expect(json.id).toBe(form === 'immutable' ? immutableId : id);
      expect((await suite.it.graph('DELETE', `${SEEDED.draft}/attachments/${json.id}`)).status).toBe(204);
      expect(await suite.it.list('attachments')).toEqual([]);
    },
  );

  it('work below either id of the item', async () => {
    const id = await uploaded();
    const mailbox = SEEDED.draft.split('/').slice(0, 2).join('/');
    const item = (await suite.it.graph('GET', SEEDED.draft, undefined, immutable)).json.id;
    expect((await suite.it.graph('GET', `${mailbox}/messages/${item}/attachments/${id}`)).json.id).toBe(id);
  });

  it('change with the message that is sent, but for the immutable one', async () => {
    const id = await uploaded();
    const item = (await suite.it.graph('GET', SEEDED.draft, undefined, immutable)).json.id;
    const path = `${SEEDED.draft.split('/').slice(0, 2).join('/')}/messages/${item}`;
    const [listed = ''] = await idsOf(path, immutable);
    await suite.it.graph('POST', `${SEEDED.draft}/send`, undefined, { headers: { 'content-length': '0' } });
    suite.it.nowMs += 1000;
    expect(await idsOf(path, immutable)).toEqual([listed]);
    expect((await suite.it.graph('GET', `${path}/attachments/${listed}/$value`)).status).toBe(200);
    expect((await suite.it.graph('GET', `${path}/attachments/${id}`)).status).toBe(404);
  });

  it('are one on a To Do task', async () => {
    const task = { ...menu, '@odata.type': '#microsoft.graph.taskFileAttachment' };
    const { json } = await suite.it.graph('POST', `${SEEDED.todoTask}/attachments`, task, immutable);
    expect((await suite.it.list('attachments'))[0]).toMatchObject({ id: json.id, immutableId: json.id });
  });
});

it('one id is the same in Location and in every list', async () => {
  await configure({ ids: 'one' });
  const id = await uploaded();
  expect(await idsOf(SEEDED.draft, immutable)).toEqual([id]);
});

describe('ids with reserved characters', () => {
  beforeEach(() => configure({ reservedIdCharacters: true, ids: 'two' }));
  const drafts = async (count: number) => {
    const made = [];
    for (let n = 0; n < count; n++) made.push(await suite.it.control('POST', 'items', { path: 'me/messages' }));
    return made;
  };

  it('are every fifth one, and work percent-encoded', async () => {
    const made = await drafts(5);
    const odd = made.flatMap(({ id, immutableId }) => [id, immutableId]).filter((id) => /\/.*\+.*=/.test(id));
    expect(odd).toHaveLength(2);
    for (const { id, path } of made) {
      expect((await suite.it.graph('GET', path)).json.id).toBe(id);
      await uploaded(path);
    }
    for (const { path } of made) {
      const [id = ''] = await idsOf(path, immutable);
      expect((await suite.it.graph('GET', `${path}/attachments/${encodeURIComponent(id)}/$value`)).status).toBe(200);
    }
    expect(await suite.it.rules()).toEqual([]);
  });

  it('are refused and recorded where a path holds them as they are', async () => {
    const { id } = (await drafts(1))[0]!;
    const raw = (path: string) =>
      http('GET', `${suite.it.graphUrl}/v1.0/me/messages/${path}`, { authorization: 'Bearer x' });
    const plus = await raw(encodeURIComponent(id).replaceAll('%2B', '+'));
    expect([plus.status, plus.json.error.code]).toEqual([400, 'ErrorInvalidIdMalformed']);
    expect((await raw(encodeURIComponent(id).replaceAll('%2F', '/'))).status).toBe(400);
    expect(await suite.it.rules()).toEqual(['idNotEncoded', 'routeUnknown']);
  });

  it('name an item for a fault by id and by path, encoded or not', async () => {
    const { id, path } = (await drafts(1))[0]!;
    const name = [
      id,
      path,
      path
        .split('/')
        .map((s) => encodeURIComponent(decodeURIComponent(s)))
        .join('/'),
    ];
    for (const item of name) await suite.it.faults({ on: { op: 'getItem', item }, do: { answer: { status: 503 } } });
    for (let n = 0; n < name.length; n++) expect((await suite.it.graph('GET', path)).status).toBe(503);
    await suite.it.faultsConsumed();
  });
});

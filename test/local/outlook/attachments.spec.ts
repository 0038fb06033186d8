import { MiB, SEEDED, sha256, someBytes, standInForSuite } from './standIn';

const suite = standInForSuite();
const menu = { '@odata.type': '#microsoft.graph.fileAttachment', name: 'menu.txt', contentType: 'text/plain' };
const text = Buffer.from('soup, bread, apples.');
const post = (body: unknown, item: string = SEEDED.draft, version = 'v1.0') =>
  suite.it.graph('POST', `${item}/attachments`, body, { version });

describe('one POST of a small file', () => {
  it('attaches it, and says a size that is not the byte count', async () => {
    const made = await post({ ...menu, contentBytes: text.toString('base64') });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({
      ...menu,
      contentBytes: text.toString('base64'),
      isInline: false,
      contentId: null,
    });
    expect(made.json.size).toBeGreaterThan(text.length);
    const [held] = await suite.it.list('attachments');
    expect(held).toMatchObject({ id: made.json.id, method: 'post', bytes: 20, sha256: sha256(text) });
    expect(await suite.it.rules()).toEqual([]);
  });

  it('takes a JSON body of exactly 4,194,304 bytes and none of one more', async () => {
    const contentBytes = someBytes(3_145_000).toString('base64');
    const length = JSON.stringify({ ...menu, contentBytes, contentId: '' }).length;
    const filled = (more: number) => ({ ...menu, contentBytes, contentId: 'x'.repeat(4_194_304 - length + more) });
    expect((await post(filled(0))).status).toBe(201);
    const refused = await post(filled(1));
    expect([refused.status, refused.json.error.message]).toEqual([413, 'The maximum request length supported is 4MB.']);
    expect(await suite.it.rules()).toEqual(['bodyTooLarge']);
  });

  it.each([
    ['no @odata.type', { name: 'x', contentBytes: '' }, 422, 'UnprocessableType'],
    ['an attachment wrapped in another object', { attachment: menu }, 422, 'UnprocessableType'],
    ['no name', { '@odata.type': menu['@odata.type'], contentBytes: '' }, 400, 'UnableToDeserializePostBody'],
    ['no contentBytes', menu, 400, 'UnableToDeserializePostBody'],
    ['contentBytes that are not base64', { ...menu, contentBytes: 'a*b' }, 400, 'UnableToDeserializePostBody'],
    ['contentBytes that are cut short', { ...menu, contentBytes: 'c291c' }, 400, 'UnableToDeserializePostBody'],
    [
      'a handle instead of contentBytes',
      { ...menu, contentBytes: 'filesystem-v2' },
      400,
      'UnableToDeserializePostBody',
    ],
    ['an unknown property', { ...menu, contentBytes: '', sourceUrl: 'x' }, 400, 'UnableToDeserializePostBody'],
    [
      'a contentType that no header can carry',
      { ...menu, contentBytes: '', contentType: 'a\nb' },
      400,
      'UnableToDeserializePostBody',
    ],
    ['broken JSON', '{', 400, 'UnableToDeserializePostBody'],
    ['an empty body', ' ', 400, 'BadRequest'],
  ])('refuses %s', async (_, body, status, code) => {
    const refused = await post(body);
    expect([refused.status, refused.json.error.code]).toEqual([status, code]);
    expect(await suite.it.rules()).toHaveLength(1);
  });

  it('refuses a body that is not called JSON, and no bearer', async () => {
    const path = `${SEEDED.draft}/attachments`;
    expect((await suite.it.graph('POST', path, menu, { headers: { 'content-type': 'text/plain' } })).status).toBe(415);
    const anonymous = await suite.it.graph('GET', path, undefined, { headers: { authorization: '' } });
    expect([anonymous.status, anonymous.json.error.code]).toEqual([401, 'InvalidAuthenticationToken']);
  });
});

describe('item and reference attachments', () => {
  const item = (type: string, more: object) => ({
    '@odata.type': '#microsoft.graph.itemAttachment',
    name: 'Holiday',
    item: { '@odata.type': `microsoft.graph.${type}`, ...more },
  });

  it.each([
    ['event', { subject: 'Party' }, /BEGIN:VEVENT\r\nSUMMARY:Party/],
    ['contact', { displayName: 'Adele' }, /FN:Adele/],
    ['message', { subject: 'Hi', body: { content: 'there' } }, /Subject: Hi[^]*there/],
  ])('holds an %s and gives its raw form', async (type, more, raw) => {
    const { status, json } = await post(item(type, more));
    expect([status, json.contentType]).toEqual([201, null]);
    const value = await suite.it.graph('GET', `${SEEDED.draft}/attachments/${json.id}/$value`);
    expect(value.bytes.toString()).toMatch(raw);
  });

  it('takes references on beta only, and has no raw contents of them', async () => {
    const reference = {
      '@odata.type': '#microsoft.graph.referenceAttachment',
      name: 'Plan',
      sourceUrl: 'https://x/plan',
      isFolder: 'True',
    };
    const refused = await post(reference);
    expect([refused.status, refused.json.error.code]).toEqual([400, 'ErrorInvalidProperty']);
    const { status, json } = await post(reference, SEEDED.event, 'beta');
    expect([status, json.sourceUrl, json.isFolder]).toEqual([201, 'https://x/plan', true]);
    expect((await suite.it.graph('GET', `${SEEDED.event}/attachments/${json.id}/$value`)).status).toBe(405);
  });
});

describe('reading and deleting', () => {
  async function attached(name = 'menu.txt'): Promise<string> {
    return (await post({ ...menu, name, contentBytes: text.toString('base64') })).json.id;
  }

  it('lists base64 unless it is selected away, ignores $filter, and records both', async () => {
    await attached('one');
    await attached('two');
    const list = `${SEEDED.draft}/attachments`;
    const all = await suite.it.graph('GET', `${list}?$filter=name eq 'one'`);
    expect(all.json.value.map(({ name, contentBytes }) => [name, contentBytes])).toEqual([
      ['one', text.toString('base64')],
      ['two', text.toString('base64')],
    ]);
    expect(await suite.it.rules()).toEqual(['filterIgnored', 'contentBytesNotSelectedAway']);
    const lean = await suite.it.graph('GET', `${list}?$select=id,name,size`);
    expect(Object.keys(lean.json.value[0]!)).toEqual(['@odata.type', '@odata.mediaContentType', 'id', 'name', 'size']);
  });

  it('refuses derived properties in $select', async () => {
    const refused = await suite.it.graph('GET', `${SEEDED.draft}/attachments?$select=id,contentId`);
    expect([refused.status, refused.json.error.code]).toEqual([400, 'RequestBroker--ParseUri']);
    expect(await suite.it.rules()).toEqual(['selectUnknown']);
  });

  it('pages the list where it is told to', async () => {
    await suite.it.control('PATCH', 'config', { listPageSize: 2 });
    for (const name of ['one', 'two', 'three']) await attached(name);
    const first = await suite.it.graph('GET', `${SEEDED.draft}/attachments?$select=name`);
    const next = first.json['@odata.nextLink']!.replace(/^.*?\/v1\.0\//, '');
    const second = await suite.it.graph('GET', decodeURIComponent(next));
    expect([...first.json.value, ...second.json.value].map(({ name }) => name)).toEqual(['one', 'two', 'three']);
    expect(second.json).not.toHaveProperty('@odata.nextLink');
  });

  it('shows new attachments in lists only after the lag, but gives them by id at once', async () => {
    await suite.it.control('PATCH', 'config', { listLagMs: 5000 });
    const id = await attached();
    const names = async () => (await suite.it.graph('GET', `${SEEDED.draft}/attachments?$select=id`)).json.value.length;
    expect(await names()).toBe(0);
    expect((await suite.it.graph('GET', `${SEEDED.draft}/attachments/${id}?$select=name`)).json.name).toBe('menu.txt');
    suite.it.nowMs += 5000;
    expect(await names()).toBe(1);
  });

  it('gives the exact bytes with their length and type', async () => {
    const content = someBytes(2 * MiB);
    const { json } = await post({ ...menu, contentType: 'image/png', contentBytes: content.toString('base64') });
    const value = await suite.it.graph('GET', `${SEEDED.draft}/attachments/${json.id}/$value`);
    expect(value.headers).toMatchObject({ 'content-length': String(2 * MiB), 'content-type': 'image/png' });
    expect(sha256(value.bytes)).toBe(sha256(content));
  });

  it('deletes once: 204, then 404', async () => {
    const path = `${SEEDED.draft}/attachments/${await attached()}`;
    expect((await suite.it.graph('DELETE', path)).status).toBe(204);
    const again = await suite.it.graph('DELETE', path);
    expect([again.status, again.json.error.code]).toEqual([404, 'ErrorItemNotFound']);
    expect(await suite.it.list('attachments')).toEqual([]);
  });

  it('does not find an attachment under another item', async () => {
    const id = await attached();
    expect((await suite.it.graph('GET', `${SEEDED.secondDraft}/attachments/${id}/$value`)).status).toBe(404);
  });
});

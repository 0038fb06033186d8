import type { Item } from '../../src/core/items/path';
import { answered, codeIn, idIn, wordsOf } from './answers';
import { readingOf, seen } from './seen';
import { serviceForSuite } from './service';

const suite = serviceForSuite();
const soup = Buffer.from('soup of the day.....'); // 20 bytes, as in the documentation's example
const fileJson = (name: string, bytes: Buffer, more: object = {}): string =>
  JSON.stringify({
    '@odata.type': '#microsoft.graph.fileAttachment',
    name,
    contentBytes: bytes.toString('base64'),
    ...more,
  });
const link = {
  '@odata.type': '#microsoft.graph.referenceAttachment',
  name: 'plan',
  sourceUrl: 'https://contoso.com/plan',
};

describe('attachments over Graph', () => {
  let draft: Item;
  let event: Item;
  let task: Item;
  beforeAll(async () => {
    [draft, event, task] = [await suite.it.draft(), await suite.it.event(), await suite.it.task()];
  });
  const post = (item: Item, body: string) => suite.it.attachments.post(item, body);
  const get = (item: Item, query: Record<string, string>) =>
    suite.it.graph.send({ method: 'GET', path: [...item.segments, 'attachments'], query });
  const rows = (json: unknown) => (json as { value: { name: string; contentBytes?: string }[] }).value;

  it.each(['a message', 'an event'])('are posted to %s, read back and removed, and then are gone', async (what) => {
    const item = what === 'an event' ? event : draft;
    const id = idIn(answered(await post(item, fileJson('menu.txt', soup, { contentType: 'text/plain' })), 201));
    expect(await suite.it.attachments.value(item, id, 100)).toMatchObject({ kind: 'value', bytes: soup });
    const { json } = answered(await suite.it.attachments.metadata(item, id, undefined), 200);
    expect(json).toMatchObject({ id, name: 'menu.txt', contentType: 'text/plain', isInline: false });
    expect(answered(await suite.it.attachments.remove(item, id)).status).toBe(204);
    const again = await suite.it.attachments.remove(item, id);
    seen(`${what}: DELETE of an attachment that is gone`, wordsOf(again), 'takes it as removed');
    expect(['removed', 'gone']).toContain(readingOf('remove', again, 0));
  });

  it('are posted to a To Do task as its own kind, and read back', async () => {
    const body = fileJson('menu.txt', soup).replace('fileAttachment', 'taskFileAttachment');
    const id = idIn(answered(await post(task, body), 201));
    expect(await suite.it.attachments.value(task, id, 100)).toMatchObject({ kind: 'value', bytes: soup });
    expect(answered(await suite.it.attachments.metadata(task, id, undefined), 200).json).toMatchObject({
      name: 'menu.txt',
    });
    expect(answered(await suite.it.attachments.remove(task, id)).status).toBe(204);
  });

  it('have a size with overhead, which is not their length', async () => {
    const id = idIn(answered(await post(draft, fileJson('size.txt', soup)), 201));
    const { size } = answered(await suite.it.attachments.metadata(draft, id, undefined), 200).json as { size: number };
    seen('size of an attachment of 20 bytes', String(size), 'takes it as a lower bound, never as the byte count');
    expect(size).toBeGreaterThan(soup.length);
  });

  it('may share a name; each has an id', async () => {
    const [one, other] = [await post(draft, fileJson('twin.txt', soup)), await post(draft, fileJson('twin.txt', soup))];
    expect(idIn(answered(one, 201))).not.toBe(idIn(answered(other, 201)));
  });

  it('are listed all whatever $filter says, and with their bytes unless $select leaves them out', async () => {
    const item = await suite.it.draft();
    for (const name of ['a.txt', 'b.txt']) answered(await post(item, fileJson(name, soup)), 201);
    const filtered = answered(await get(item, { $filter: "name eq 'a.txt'", $select: 'id,name' }), 200);
    expect(
      rows(filtered.json)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['a.txt', 'b.txt']);
    expect(rows(answered(await get(item, {}), 200).json)[0]).toHaveProperty('contentBytes');
    expect(rows(filtered.json)[0]).not.toHaveProperty('contentBytes');
  });

  it('are not selected by contentId, which only files have', async () => {
    const reply = await get(draft, { $select: 'id,contentId' });
    seen('$select=contentId', wordsOf(reply), 'selects it by its type alone');
    expect(answered(reply).status).toBeGreaterThanOrEqual(400);
  });

  it('keep isInline and contentId from the POST', async () => {
    const body = fileJson('logo.png', soup, { isInline: true, contentId: 'logo@1', contentType: 'image/png' });
    const posted = answered(await post(draft, body), 201);
    expect(posted.json).toMatchObject({ isInline: true, contentId: 'logo@1' });
  });

  it('need their type', async () => {
    const reply = await post(draft, JSON.stringify({ name: 'x', contentBytes: soup.toString('base64') }));
    expect([answered(reply).status, codeIn(answered(reply).json)]).toEqual([422, 'UnprocessableType']);
  });

  it('of no bytes (recorded)', async () => {
    const reply = await post(draft, fileJson('empty.txt', Buffer.alloc(0)));
    seen('POST of 0 bytes', wordsOf(reply), 'refuses an empty blob before it asks');
    expect(reply.kind).toBe('reply');
  });

  it('go by one POST while the JSON has 4 MiB (recorded: the border is not established)', async () => {
    const overhead = Buffer.byteLength(fileJson('b', Buffer.alloc(0)));
    for (const jsonBytes of [4_000_000, 4_194_304]) {
      const bytes = Buffer.alloc(Math.floor((jsonBytes - overhead) / 4) * 3, 1);
      const reply = await post(draft, fileJson('b', bytes));
      seen(
        `POST of ${bytes.length} bytes in ${jsonBytes} of JSON`,
        wordsOf(reply),
        'takes a session where it is refused',
      );
      expect(['attached', 'wrongWay']).toContain(readingOf('post', reply, bytes.length));
      if (answered(reply).status === 201) await suite.it.attachments.remove(draft, idIn(answered(reply)));
    }
  });

  it('are too large for a POST above: the app takes a session then', async () => {
    const bytes = Buffer.alloc(3_400_000, 1);
    const reply = await post(draft, fileJson('big', bytes));
    seen('POST of 3,400,000 bytes', wordsOf(reply), 'takes a session');
    expect(readingOf('post', reply, bytes.length)).toBe('wrongWay');
  });

  it('may be items: their content is the item’s own form', async () => {
    const held = { '@odata.type': '#microsoft.graph.contact', displayName: 'Adele Vance', givenName: 'Adele' };
    const body = { '@odata.type': '#microsoft.graph.itemAttachment', name: 'Adele', item: held };
    const id = idIn(answered(await post(draft, JSON.stringify(body)), 201));
    const value = await suite.it.attachments.value(draft, id, 100_000);
    expect(value.kind === 'value' && Buffer.from(value.bytes).toString()).toContain('BEGIN:VCARD');
  });

  it('may be links in beta, which have no content; v1.0 knows no link to make', async () => {
    const id = idIn(answered(await post(draft, JSON.stringify(link)), 201));
    const value = answered(await suite.it.attachments.value(draft, id, 100));
    seen('$value of a reference attachment', wordsOf(value), 'never reads it');
    expect(value.status).toBeGreaterThanOrEqual(400);
    expect(answered(await suite.it.attachments.metadata(draft, id, undefined), 200).json).toMatchObject({
      name: 'plan',
    });
    const path = [...draft.segments, 'attachments'];
    const old = await suite.it.graph.send({ method: 'POST', path, version: 'v1.0', body: JSON.stringify(link) });
    seen('a reference attachment posted in v1.0', wordsOf(old), 'posts it in beta');
    expect(answered(old).status).toBeGreaterThanOrEqual(400);
  });

  it('stay readable by the id of the draft that the app was given: it asks for ids that do not change', async () => {
    const { json } = answered(
      await suite.it.graph.send({ method: 'GET', path: draft.segments, query: { $select: 'id' } }),
      200,
    );
    expect((json as { id: string }).id).toBe(draft.segments.at(-1));
  });
});

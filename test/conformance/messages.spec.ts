import { createHash } from 'node:crypto';
import type { Item } from '../../src/core/items/path';
import { answered, codeIn, idIn, wordsOf } from './answers';
import { seen } from './seen';
import { at, serviceForSuite } from './service';

const suite = serviceForSuite();
const property = 'String {3f6c1d2e-7a84-4b19-9d0c-5e2f8a1b6c73} Name BlobToOutlookConformance';
const person = { emailAddress: { address: 'nobody@example.com' } };
const pathOf = ({ segments }: Item): string[] => [...segments];
const soup = JSON.stringify({
  '@odata.type': '#microsoft.graph.fileAttachment',
  name: 'menu.txt',
  contentBytes: Buffer.from('soup of the day.....').toString('base64'),
});

describe('messages over Graph', () => {
  let draft: Item;
  beforeAll(async () => {
    draft = await suite.it.draft();
  });
  const get = (path: readonly string[], query: Record<string, string> = {}) =>
    suite.it.graph.send({ method: 'GET', path, query });
  const post = (path: readonly string[], body: object) =>
    suite.it.graph.send({ method: 'POST', path, body: JSON.stringify(body) });
  const rows = (json: unknown) => (json as { value: { id: string; isDraft?: boolean }[] }).value;

  it('say whether they are drafts, and who they go to', async () => {
    const select = { $select: 'id,isDraft,toRecipients,internetMessageId' };
    expect(answered(await get(pathOf(draft), select), 200).json).toMatchObject({ isDraft: true, toRecipients: [] });
  });

  it('are found by the mark that they were made with, and by no other', async () => {
    const value = createHash('sha256').update(draft.segments.join('/')).digest('hex').slice(0, 20);
    const marked = { singleValueExtendedProperties: [{ id: property, value }] };
    answered(await suite.it.graph.send({ method: 'PATCH', path: pathOf(draft), body: JSON.stringify(marked) }), 200);
    const drafts = [...draft.segments.slice(0, 2), 'mailFolders', 'drafts', 'messages'];
    const found = async (wanted: string) => {
      const ep = `ep/id eq '${property}' and ep/value eq '${wanted}'`;
      const query = { $filter: `singleValueExtendedProperties/Any(ep: ${ep})`, $select: 'id,isDraft' };
      return rows(answered(await get(drafts, query), 200).json);
    };
    expect(await found(value)).toMatchObject([{ id: draft.segments.at(-1), isDraft: true }]);
    expect(await found(`${value}x`)).toEqual([]);
  });

  it('are found by their internet message id, where no mark can be set', async () => {
    const { json } = answered(await get(pathOf(draft), { $select: 'internetMessageId' }), 200);
    const { internetMessageId: id = '' } = json as { internetMessageId?: string };
    const mailbox = [...draft.segments.slice(0, 2), 'messages'];
    const found = answered(await get(mailbox, { $filter: `internetMessageId eq '${id.replaceAll("'", "''")}'` }), 200);
    expect(rows(found.json).map((message) => message.id)).toEqual([draft.segments.at(-1)]);
  });

  it.each(['createReply', 'createReplyAll', 'createForward'])('are made by %s, as drafts', async (action) => {
    const more = action === 'createForward' ? { toRecipients: [person] } : {};
    const { json } = answered(await post([...pathOf(draft), action], { comment: 'see file', ...more }), 201);
    expect(json).toMatchObject({ isDraft: true });
    const made = at([...draft.segments.slice(0, 3), idIn({ json } as never)].map(encodeURIComponent).join('/'));
    expect(answered(await suite.it.graph.send({ method: 'DELETE', path: pathOf(made) })).status).toBe(204);
  });

  it('are listed newest first, for a person to choose from', async () => {
    const drafts = [...draft.segments.slice(0, 2), 'mailFolders', 'drafts', 'messages'];
    const query = {
      $select: 'id,subject,receivedDateTime,toRecipients,hasAttachments',
      $orderby: 'receivedDateTime desc',
    };
    const { json } = answered(await get(drafts, { ...query, $top: '5' }), 200);
    const times = (json as { value: { receivedDateTime: string }[] }).value.map((one) =>
      Date.parse(one.receivedDateTime),
    );
    expect(times).toEqual([...times].sort((a, b) => b - a));
    const both = await get(drafts, { $search: '"conformance"', $orderby: 'receivedDateTime desc' });
    seen('$search with $orderby', wordsOf(both), 'never asks so: a search comes in its own order');
  });

  it('refuse ids that name nothing here (recorded which way)', async () => {
    const owner = draft.segments.slice(0, 2);
    const cut = (draft.segments.at(-1) ?? '').slice(0, -20);
    for (const [what, id] of Object.entries({ 'cut short': cut, 'no base64': 'AAMk*', unknown: 'AAMkNone=' })) {
      const reply = answered(await get([...owner, 'messages', id], { $select: 'id' }));
      seen(
        `an id that is ${what}`,
        wordsOf(reply),
        'ends as ItemNotFound, at once where the code says that it is malformed',
      );
      expect(reply.status).toBeGreaterThanOrEqual(400);
      expect(reply.status).toBeLessThan(500);
      expect(codeIn(reply.json)).toEqual(expect.any(String));
    }
  });

  it('take two files at once (recorded: one of the two may be refused)', async () => {
    const item = await suite.it.draft();
    const both = await Promise.all([0, 1].map(() => suite.it.attachments.post(item, soup)));
    const statuses = both.map((reply) => answered(reply).status);
    seen(
      'two POSTs to one item at once',
      statuses.join(' and '),
      'commits on one item one after the other; a 412 is looked into',
    );
    for (const status of statuses) expect([201, 409, 412, 503]).toContain(status);
    const listed = await suite.it.attachments.list(item);
    const attached = statuses.filter((status) => status === 201).length;
    expect(listed.kind === 'list' && listed.attachments.length).toBe(attached);
  });

  it('give part of an attachment or all of it where a range is asked for (recorded)', async () => {
    const id = idIn(answered(await suite.it.attachments.post(draft, soup), 201));
    const path = [...pathOf(draft), 'attachments', id, '$value'];
    const reply = await suite.it.graph.read({ path, headers: { Range: 'bytes=0-3' } }, async (response) => ({
      kind: 'part' as const,
      status: response.status,
      text: await response.text(),
    }));
    if (reply.kind !== 'part') throw new Error(wordsOf(reply));
    seen('Range on $value', String(reply.status), 'reads in ranges where it gets 206, else it tells NotVerified');
    expect(reply.text).toBe(reply.status === 206 ? 'soup' : 'soup of the day.....');
  });

  it('belong to an owner who has one id under every name (recorded where that is not permitted)', async () => {
    const reply = answered(await get([...draft.segments.slice(0, 2)], { $select: 'id' }));
    seen('GET users/{id}?$select=id', wordsOf(reply), 'takes the owner as written where it may not ask');
    if (reply.status !== 200) return;
    const path = ['users', idIn(reply), ...draft.segments.slice(2)];
    expect(idIn(answered(await get(path, { $select: 'id' }), 200))).toBe(draft.segments.at(-1));
  });
});

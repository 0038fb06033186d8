import { SEEDED, standInForSuite } from './standIn';

const suite = standInForSuite();
const megan = 'users/megan@contoso.com';
const mark = { id: 'String {9f2a7c3e-0b1d-4e5f-8a6b-7c8d9e0f1a2b} Name Delivery', value: "d-'1'" };
const toRecipients = [{ emailAddress: { address: 'adele@contoso.com' } }];
const draft = { subject: 'Report', toRecipients, singleValueExtendedProperties: [mark] };

const search = (folder: string, { id, value } = mark) => {
  const filter = `singleValueExtendedProperties/Any(ep: ep/id eq '${id}' and ep/value eq '${value.replaceAll("'", "''")}')`;
  return suite.it.graph('GET', `${megan}/${folder}messages?$filter=${encodeURIComponent(filter)}&$select=id,isDraft`);
};
const found = async (folder: string, property = mark) => (await search(folder, property)).json.value.length;
const create = async (body: object = draft) =>
  `${megan}/messages/${(await suite.it.graph('POST', `${megan}/messages`, body)).json.id}`;
const send = (path: string) =>
  suite.it.graph('POST', `${path}/send`, undefined, { headers: { 'content-length': '0' } });

describe('drafts', () => {
  it('are made in Drafts or the folder named, with the attachments of their JSON', async () => {
    const attachments = [{ '@odata.type': '#microsoft.graph.fileAttachment', name: 'a', contentBytes: 'YQ==' }];
    const made = await suite.it.graph('POST', `${megan}/messages`, { ...draft, attachments });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({ isDraft: true, hasAttachments: true, subject: 'Report' });
    expect(made.json).not.toHaveProperty('singleValueExtendedProperties');
    const inFolder = await suite.it.graph('POST', `${megan}/mailFolders/archive/messages`, draft);
    expect((await suite.it.graph('GET', `${megan}/mailFolders/archive/messages/${inFolder.json.id}`)).status).toBe(200);
    expect((await suite.it.list('attachments'))[0]).toMatchObject({ method: 'draft', bytes: 1 });
  });

  it('are found by extended property, exactly', async () => {
    await create();
    expect(await found('')).toBe(1);
    expect(await found('mailFolders/drafts/')).toBe(1);
    expect(await found('mailFolders/sentitems/')).toBe(0);
    expect(await found('', { ...mark, id: mark.id.replace('9f2a', '9F2A') })).toBe(1);
    expect(await found('', { ...mark, id: mark.id.replace('Delivery', 'delivery') })).toBe(0);
    expect(await found('', { ...mark, value: 'd-2' })).toBe(0);
    const other = await suite.it.graph('GET', `${megan}/messages?$filter=${encodeURIComponent("weather eq 'fine'")}`);
    expect(other.json.error.code).toBe('ErrorInvalidUrlQueryFilter');
  });

  it('show the property when it is expanded', async () => {
    const { json } = await suite.it.graph('GET', `${await create()}?$expand=singleValueExtendedProperties&$select=id`);
    expect(json.singleValueExtendedProperties).toEqual([mark]);
  });

  it('are listed ten on a page, newest first', async () => {
    for (let n = 0; n < 11; n++) await create({ ...draft, subject: `n${n}` });
    const first = await suite.it.graph('GET', `${megan}/mailFolders/drafts/messages?$select=subject`);
    expect(first.json.value).toHaveLength(10);
    expect(first.json.value[0]!.subject).toBe('n10');
    expect(first.json['@odata.nextLink']).toMatch(/%24skip=10/);
  });

  it('change by PATCH, but not their attachments; are deleted once', async () => {
    const path = await create();
    expect((await suite.it.graph('PATCH', path, { subject: 'New' })).json.subject).toBe('New');
    expect((await suite.it.graph('PATCH', path, { attachments: [] })).status).toBe(400);
    expect((await suite.it.graph('DELETE', path)).status).toBe(204);
    expect((await suite.it.graph('DELETE', path)).status).toBe(404);
  });
});

describe('sending', () => {
  it('answers 202 and moves the message to Sent Items only later, under another id', async () => {
    await suite.it.control('PATCH', 'config', { sendMovesAfterMs: 1000 });
    const path = await create();
    const sent = await send(path);
    expect([sent.status, sent.bytes.length]).toEqual([202, 0]);
    expect([await found('mailFolders/drafts/'), await found('mailFolders/sentitems/')]).toEqual([1, 0]);
    suite.it.nowMs += 1000;
    expect([await found('mailFolders/drafts/'), await found('mailFolders/sentitems/')]).toEqual([0, 1]);
    expect((await suite.it.graph('GET', path)).status).toBe(404);
    expect((await search('')).json.value[0]!.isDraft).toBe(false);
    expect(await suite.it.rules()).toEqual([]);
  });

  it('keeps the immutable id of what was sent', async () => {
    const headers = { prefer: 'IdType="ImmutableId"' };
    const { json } = await suite.it.graph('POST', `${megan}/messages`, draft, { headers });
    const path = `${megan}/messages/${json.id}`;
    await send(path);
    suite.it.nowMs += 1000;
    expect((await suite.it.graph('GET', path, undefined, { headers })).json).toMatchObject({
      id: json.id,
      isDraft: false,
    });
    expect((await send(path)).status).toBe(404);
    expect(await suite.it.rules()).toEqual(['alreadySent']);
  });

  it('sends twice when asked twice before the draft has moved, and records it', async () => {
    const path = await create();
    await send(path);
    expect((await send(path)).status).toBe(202);
    expect(await suite.it.rules()).toEqual(['sentAgainWhileWaiting']);
    const item = (await suite.it.list('items')).find(({ path: at }) => at === path);
    expect(item?.['sends']).toBe(2);
  });

  it('refuses a message without recipients, and a body', async () => {
    const nobody = await create({ subject: 'x' });
    expect((await send(nobody)).json.error.code).toBe('ErrorInvalidRecipients');
    expect((await suite.it.graph('POST', `${SEEDED.draft}/send`, { saveToSentItems: true })).status).toBe(400);
    expect(await suite.it.rules()).toEqual(['noRecipients', 'sendWithBody']);
  });

  it('keeps attachments on what was sent', async () => {
    const attachments = [{ '@odata.type': '#microsoft.graph.fileAttachment', name: 'a', contentBytes: 'YQ==' }];
    await send(await create({ ...draft, attachments }));
    suite.it.nowMs += 1000;
    const { id } = (await search('mailFolders/sentitems/')).json.value[0]!;
    const { json } = await suite.it.graph('GET', `${megan}/messages/${id}/attachments?$select=name`);
    expect(json.value).toHaveLength(1);
  });
});

describe('group replies', () => {
  const post = {
    body: { contentType: 'text', content: 'see file' },
    attachments: [{ '@odata.type': '#microsoft.graph.fileAttachment', name: 'a', contentBytes: 'YQ==' }],
  };

  it.each([
    ['a thread', SEEDED.thread],
    ['a thread of a joined group', SEEDED.thread.replace('groups/', 'me/joinedGroups/')],
    ['a post', SEEDED.post],
  ])('to %s make a new post that holds the attachment, and tell no id', async (_, path) => {
    const answer = await suite.it.graph('POST', `${path}/reply`, { post });
    expect([answer.status, answer.bytes.length]).toEqual([202, 0]);
    const { json } = await suite.it.graph('GET', `${SEEDED.thread}/posts`);
    expect(json.value.map(({ hasAttachments }) => hasAttachments)).toEqual([false, true]);
    const listed = await suite.it.graph('GET', `${SEEDED.thread}/posts/${json.value[1]!.id}/attachments?$select=name`);
    expect(listed.json.value).toMatchObject([{ name: 'a' }]);
    expect((await suite.it.list('attachments'))[0]!.method).toBe('reply');
  });
});

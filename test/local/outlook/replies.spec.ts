import { SEEDED, standInForSuite } from './standIn';

const suite = standInForSuite();
const megan = 'users/megan@contoso.com';
const person = (address: string) => ({ emailAddress: { address } });
const from = person('adele@contoso.com');
const toRecipients = [person('megan@contoso.com'), person('lee@contoso.com')];
const ccRecipients = [person('alex@contoso.com')];
const file = { '@odata.type': '#microsoft.graph.fileAttachment', name: 'plan.txt', contentBytes: 'YQ==' };

const received = async (): Promise<string> => {
  const props = { isDraft: false, subject: 'Plan', from, toRecipients, ccRecipients };
  return (await suite.it.control('POST', 'items', { path: `${megan}/mailFolders/inbox/messages`, props })).path;
};
const draftFrom = (path: string, action: string, body?: object) =>
  suite.it.graph('POST', `${path}/${action}`, body, body === undefined ? { headers: { 'content-length': '0' } } : {});

describe('drafts from other messages', () => {
  it.each([
    ['createReply', { subject: 'RE: Plan', toRecipients: [from] }],
    ['createReplyAll', { subject: 'RE: Plan', toRecipients: [from, toRecipients[1]], ccRecipients }],
    ['createForward', { subject: 'FW: Plan' }],
  ])('%s, with nothing said', async (action, expected) => {
    const { status, json } = await draftFrom(await received(), action);
    expect([status, json]).toMatchObject([201, { isDraft: true, ...expected }]);
    expect((await suite.it.graph('GET', `${megan}/mailFolders/drafts/messages/${json.id}`)).status).toBe(200);
    expect(await suite.it.rules()).toEqual([]);
  });

  it('say a comment, take other properties and a mark, and can be sent', async () => {
    const mark = { id: 'String {6b1a2c9e-5f0d-4b7a-9c3e-2d8f1a7b4c60} Name Mark', value: 'd-1' };
    const message = { subject: 'Another', singleValueExtendedProperties: [mark] };
    const { json } = await draftFrom(await received(), 'createReply', { comment: 'See below.', message });
    expect(json).toMatchObject({ subject: 'Another', body: { content: 'See below.' } });
    const path = `${megan}/messages/${json.id}`;
    const expanded = await suite.it.graph('GET', `${path}?$expand=singleValueExtendedProperties`);
    expect(expanded.json['singleValueExtendedProperties']).toEqual([mark]);
    expect((await draftFrom(path, 'send')).status).toBe(202);
  });

  it('hold the attachments of what they forward, and not of what they answer', async () => {
    const path = await received();
    await suite.it.graph('POST', `${path}/attachments`, file);
    const forward = await draftFrom(path, 'createForward', { toRecipients: [person('lee@contoso.com')] });
    expect(forward.json).toMatchObject({ hasAttachments: true, toRecipients: [person('lee@contoso.com')] });
    expect((await draftFrom(path, 'createReply')).json.hasAttachments).toBe(false);
    expect(await suite.it.list('attachments')).toMatchObject([
      { name: 'plan.txt' },
      { name: 'plan.txt', method: 'draft' },
    ]);
  });

  it('give the id that the request prefers', async () => {
    const path = await received();
    const { json } = await suite.it.graph(
      'POST',
      `${path}/createReply`,
      {},
      { headers: { prefer: 'IdType="ImmutableId"' } },
    );
    expect((await suite.it.list('items')).at(-1)).toMatchObject({ immutableId: json.id });
  });

  it.each([
    ['createReply', { comment: 'x', message: { body: { content: 'y' } } }, 'bothOfTwo'],
    ['createForward', { toRecipients, message: { toRecipients } }, 'bothOfTwo'],
    ['createReply', { toRecipients }, 'bodyInvalid'],
    ['createReplyAll', { text: 'x' }, 'bodyInvalid'],
  ])('%s refuses %j', async (action, body, rule) => {
    expect((await draftFrom(await received(), action, body)).status).toBe(400);
    expect(await suite.it.rules()).toEqual([rule]);
  });

  it('lose their answer like any other', async () => {
    await suite.it.faults({ on: { op: 'createReply' }, do: { answerAfterCommit: { status: 503 } } });
    const before = (await suite.it.list('items')).length;
    expect((await draftFrom(SEEDED.nestedMessage, 'createReply')).status).toBe(503);
    expect(await suite.it.list('items')).toHaveLength(before + 1);
    await suite.it.faultsConsumed();
  });
});

it('attachments in a message’s JSON are taken and counted, however they are spelled', async () => {
  await suite.it.graph('POST', `${megan}/messages`, { subject: 'x', Attachments: [file, file] });
  expect(await suite.it.list('attachments')).toHaveLength(2);
  expect(await suite.it.list('violations')).toMatchObject([
    { rule: 'attachmentsInMessage', level: 'note', detail: '2 attachments' },
  ]);
});

import { encoded, MiB, SEEDED, someBytes, standInForSuite } from './standIn';

const suite = standInForSuite();
const file = { '@odata.type': '#microsoft.graph.fileAttachment', name: 'a.txt', contentBytes: 'YQ==' };
const last = (path: string, back = 1) => path.split('/').at(-back) ?? '';

const { nestedMessage, event, outlookTask, post, meetingMessage } = SEEDED;
const megan = 'users/megan@contoso.com';
const group = post.split('/').slice(0, 2).join('/');
const FORMS: [string, string, string?][] = [
  ['a message', SEEDED.draft],
  ['a message of me', SEEDED.draft.replace(megan, 'me')],
  ['a message of the same mailbox in other case', SEEDED.draft.replace('megan', 'Megan')],
  ['a message in folders', nestedMessage],
  [
    'a message by its innermost folder',
    `${megan}/mailFolders/${last(nestedMessage, 3)}/messages/${last(nestedMessage)}`,
  ],
  ['a message in folders, without them', `${megan}/messages/${last(nestedMessage)}`],
  ['the event of a meeting message', meetingMessage],
  ['an event', `${megan}/events/${last(event)}`],
  ['an event by calendar', `${megan}/calendars/${last(event, 3)}/events/${last(event)}`],
  ['an event by calendar group', event],
  ['an event of the default calendar', SEEDED.defaultCalendarEvent],
  ['an Outlook task', `${megan}/outlook/tasks/${last(outlookTask)}`, 'beta'],
  [
    'an Outlook task by folder',
    `${megan}/outlook/taskFolders/${last(outlookTask, 3)}/tasks/${last(outlookTask)}`,
    'beta',
  ],
  ['an Outlook task by group', outlookTask, 'beta'],
];

describe('the forms of an item', () => {
  it.each(FORMS)('%s takes a small and a large file', async (_, path, version = 'v1.0') => {
    expect((await suite.it.graph('POST', `${path}/attachments`, file, { version })).status).toBe(201);
    const size = 3 * MiB;
    const body = { AttachmentItem: { attachmentType: 'file', name: 'large', size } };
    const { status, json } = await suite.it.graph('POST', `${path}/attachments/createUploadSession`, body, { version });
    expect(status).toBe(201);
    expect((await suite.it.upload(json.uploadUrl, someBytes(size))).status).toBe(201);
    const listed = await suite.it.graph('GET', `${path}/attachments?$select=name`, undefined, { version });
    expect(listed.json.value.map(({ name }) => name)).toEqual(['a.txt', 'large']);
    expect(await suite.it.rules()).toEqual([]);
  });

  it.each([
    ['groups', post],
    ['joined groups', post.replace('groups/', 'me/joinedGroups/')],
    ['a thread without its conversation', `${group}/threads/${last(post, 3)}/posts/${last(post)}`],
  ])('a post of %s takes a session, but no POST of an attachment', async (_, path) => {
    const refused = await suite.it.graph('POST', `${path}/attachments`, file);
    expect(refused.status).toBe(405);
    const body = { AttachmentItem: { attachmentType: 'file', name: 'large', size: 3 * MiB } };
    const { json } = await suite.it.graph('POST', `${path}/attachments/createUploadSession`, body);
    expect((await suite.it.upload(json.uploadUrl, someBytes(3 * MiB))).headers.location).toMatch(/Posts\(/);
  });

  it('finds an item in the OData key form', async () => {
    const path = `Users('megan@contoso.com')/Messages('${last(SEEDED.draft)}')`;
    expect((await suite.it.graph('GET', path)).json).toMatchObject({
      id: last(SEEDED.draft),
      isDraft: true,
      hasAttachments: false,
    });
  });

  it.each([
    ['in a folder it does not lie in', `${megan}/mailFolders/drafts/messages/${last(nestedMessage)}`],
    ['in the default calendar, where it lies in another', `${megan}/calendar/events/${last(event)}`],
    ['with an id of other case', SEEDED.draft.toLowerCase()],
    ['in another mailbox', SEEDED.draft.replace('megan', 'adele')],
    ['as another kind', `${megan}/events/${last(SEEDED.draft)}`],
  ])('does not find it %s', async (_, path) => {
    expect((await suite.it.graph('GET', path)).status).toBe(404);
  });

  it.each([
    ['Outlook tasks on v1.0', 'POST', `${outlookTask}/attachments`, 'outlookTasksOnV1'],
    ['attachments of a group event', 'POST', `${SEEDED.groupEvent}/attachments`, 'attachmentsNotSupported'],
    ['a path that is none', 'GET', `${megan}/contacts/x`, 'routeUnknown'],
    ['a method that is none', 'PUT', SEEDED.draft, 'methodNotAllowed'],
    ['send of an event', 'POST', `${event}/send`, 'routeUnknown'],
  ])('refuses and records %s', async (_, method, path, rule) => {
    const { status } = await suite.it.graph(method, path, method === 'POST' ? file : undefined);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(await suite.it.rules()).toEqual([rule]);
  });

  it.each([
    ['me', SEEDED.draft.replace(megan, 'me'), 403],
    ['group posts', post, 403],
    ['joined groups', post.replace('groups/', 'me/joinedGroups/'), 403],
    ['a mailbox by name', SEEDED.draft, 200],
  ])("answers an application's token for %s", async (_, path, status) => {
    const asApp = await suite.it.graph('GET', path, undefined, { headers: { authorization: 'Bearer app:uploader' } });
    expect(asApp.status).toBe(status);
    const asPerson = await suite.it.graph('GET', path, undefined, { headers: { authorization: 'Bearer user:megan' } });
    expect(asPerson.status).toBe(200);
  });

  it('makes items of any form by hand, with ids of its own or given ones', async () => {
    for (const path of [
      'users/x@y.z/todo/lists/L1=/tasks',
      'users/x@y.z/mailFolders/F1=/messages/M1=',
      'groups/g1/threads/T1=/posts',
    ]) {
      const made = await suite.it.control('POST', 'items', { path, props: { subject: 'made' } });
      expect((await suite.it.graph('GET', made.path)).json).toMatchObject({ id: made.id, subject: 'made' });
    }
    await expect(suite.it.control('POST', 'items', { path: 'users/x@y.z/drawers' })).rejects.toThrow(
      /not the path of an item/,
    );
  });

  it('keeps the id that moves and the immutable one apart', async () => {
    const headers = { prefer: 'IdType="ImmutableId"' };
    const { headers: told, json } = await suite.it.graph('GET', SEEDED.draft, undefined, { headers });
    expect(told['preference-applied']).toBe('IdType=ImmutableId');
    expect(json.id).not.toBe(last(SEEDED.draft));
    expect((await suite.it.graph('GET', `${megan}/messages/${json.id}`)).json.id).toBe(last(SEEDED.draft));
  });

  it('percent-encoded paths are the same items', async () => {
    expect(encoded(SEEDED.draft)).toContain('%3D');
    expect((await suite.it.graph('GET', SEEDED.draft)).status).toBe(200);
  });
});

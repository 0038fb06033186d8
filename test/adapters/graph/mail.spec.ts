import { createHash } from 'node:crypto';
import { graphClient } from '../../../src/adapters/graph/client';
import { graphMessages } from '../../../src/adapters/graph/messages';
import { parseMailbox } from '../../../src/core/items/mailbox';
import { Item, parseItemPath } from '../../../src/core/items/path';
import type { MailApi } from '../../../src/core/wire/ports';
import { json, ScriptedServer, scriptedServer } from '../support/scriptedServer';

const megan = parseMailbox('users/megan@contoso.com')!;
const base = '/v1.0/users/megan%40contoso.com';
const to = [{ emailAddress: { address: 'alex@contoso.com' } }];
const draft = { id: 'M=', isDraft: true, toRecipients: to, internetMessageId: '<m@h>', hasAttachments: false };
const read = { id: 'M=', isDraft: true, hasRecipients: true, internetMessageId: '<m@h>', hasAttachments: false };

function at(path: string): Item {
  const parsed = parseItemPath(path);
  if (!parsed.ok) throw new Error(parsed.detail);
  return parsed.item;
}

describe('messages, posts and owners', () => {
  let server: ScriptedServer;
  let api: MailApi;
  const query = (n: number): URLSearchParams => new URL(server.seen[n]?.url ?? '', 'http://x').searchParams;
  const path = (n: number): string => new URL(server.seen[n]?.url ?? '', 'http://x').pathname;

  beforeEach(async () => {
    server = await scriptedServer();
    api = graphMessages(graphClient({ graphRoot: server.origin, tokens: async () => 'local' }));
  });
  afterEach(async () => {
    expect(server.unused()).toBe(0);
    for (const { headers } of server.seen) expect(headers['prefer']).toBe('IdType="ImmutableId"');
    await server.close();
  });

  it.each(['createReply', 'createReplyAll', 'createForward'] as const)('makes a draft by %s', async (action) => {
    server.answer(json(201, draft));
    const reply = await api.createFrom(at('users/megan@contoso.com/messages/A='), action, '{"comment":"Hi"}');
    expect(reply).toMatchObject({ status: 201, json: { id: 'M=' } });
    expect(server.seen[0]).toMatchObject({ method: 'POST', url: `${base}/messages/A%3D/${action}` });
    expect(server.seen[0]?.body.toString()).toBe('{"comment":"Hi"}');
  });

  it('reads what has to be known of a draft, also by its id alone', async () => {
    server.answer(json(200, draft), json(200, { ...draft, toRecipients: [] }), json(404, {}), json(200, {}));
    const item = at('users/megan@contoso.com/mailFolders/drafts/messages/M=');
    expect(await api.readMessage(item)).toMatchObject({ kind: 'read', message: read });
    expect(await api.readMessageById(megan, 'M=')).toMatchObject({ message: { hasRecipients: false } });
    expect(await api.readMessage(item)).toMatchObject({ kind: 'reply', status: 404 });
    expect(await api.readMessage(item)).toMatchObject({ kind: 'fault', fault: 'reset' });
    expect(path(0)).toBe(`${base}/mailFolders/drafts/messages/M%3D`);
    expect(path(1)).toBe(`${base}/messages/M%3D`);
    for (const property of ['isDraft', 'toRecipients', 'bccRecipients', 'internetMessageId', 'hasAttachments'])
      expect(query(0).get('$select')?.split(',')).toContain(property);
  });

  it('looks whether an item is there, and gives its id as lists do', async () => {
    server.answer(json(200, { id: 'IMMUTABLE' }), json(404, {}));
    const event = at('users/megan@contoso.com/events/E=');
    expect(await api.readItem(event)).toEqual({ kind: 'item', id: 'IMMUTABLE' });
    expect(await api.readItem(event)).toMatchObject({ kind: 'reply', status: 404 });
    expect(query(0).get('$select')).toBe('id');
  });

  it('finds messages by their internet message id, whatever is in it', async () => {
    const next = `${server.origin}${base}/messages?$skiptoken=2`;
    server.answer(json(200, { value: [], '@odata.nextLink': next }), json(200, { value: [draft] }));
    expect(await api.findByInternetId(megan, "<o'neil+1@h>")).toMatchObject({ kind: 'found', messages: [read] });
    expect(query(0).get('$filter')).toBe("internetMessageId eq '<o''neil+1@h>'");
  });

  it('gives the posts of a thread since a time, with their attachments and the digests of these', async () => {
    const post = (id: string, createdDateTime: string | undefined, attachments: object[]) => ({
      id,
      createdDateTime,
      attachments,
    });
    const file = { id: 'A', name: 'a.txt', size: 178, contentBytes: Buffer.from('menu').toString('base64') };
    const posts = [
      post('old', '2026-11-22T08:59:59Z', []),
      post('new', '2026-11-22T09:00:00Z', [file]),
      post('undated', undefined, []),
    ];
    server.answer(json(200, { value: posts }), json(200, { value: [] }), json(503, {}));
    const since = Date.parse('2026-11-22T09:00:00Z');
    expect(await api.posts(at('groups/G/threads/T'), since)).toEqual({
      kind: 'posts',
      posts: [
        {
          id: 'new',
          createdAt: since,
          attachments: [
            { id: 'A', name: 'a.txt', sizeBytes: 178, sha256: createHash('sha256').update('menu').digest('hex') },
          ],
        },
        { id: 'undated', createdAt: undefined, attachments: [] },
      ],
    });
    expect(await api.posts(at('groups/G/conversations/C/threads/T/posts/P'), since)).toMatchObject({ posts: [] });
    expect(await api.posts(at('groups/G/threads/T'), since)).toMatchObject({ kind: 'reply', status: 503 });
    expect(path(0)).toBe('/v1.0/groups/G/threads/T/posts');
    expect(path(1)).toBe('/v1.0/groups/G/conversations/C/threads/T/posts');
    expect(query(0).get('$expand')).toBe('attachments');
  });

  it('resolves the owner of a mailbox', async () => {
    server.answer(json(200, { id: '6f1c…' }), json(403, {}), json(200, { id: 'me' }));
    expect(await api.ownerId(megan)).toEqual({ kind: 'owner', id: '6f1c…' });
    expect(await api.ownerId(megan)).toMatchObject({ kind: 'reply', status: 403 });
    expect(await api.ownerId(parseMailbox('me')!)).toEqual({ kind: 'owner', id: 'me' });
    expect(server.seen.map(({ url }) => url.split('?')[0])).toEqual([base, base, '/v1.0/me']);
    expect(query(0).get('$select')).toBe('id');
  });

  it('updates an event once', async () => {
    server.answer(json(200, { id: 'E=' }));
    await api.patch(at('users/megan@contoso.com/events/E='), '{"subject":"Q3"}');
    expect(server.seen[0]).toMatchObject({ method: 'PATCH', url: `${base}/events/E%3D` });
  });
});

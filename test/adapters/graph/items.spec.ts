import { graphClient } from '../../../src/adapters/graph/client';
import { graphItems } from '../../../src/adapters/graph/items';
import { parseMailbox } from '../../../src/core/items/mailbox';
import { parseItemPath } from '../../../src/core/items/path';
import { ScriptedServer, scriptedServer } from '../support/scriptedServer';

const megan = parseMailbox('users/megan@contoso.com')!;
const draft = (id: string, subject: string | null, lastModifiedDateTime: string, ...to: string[]) => ({
  id,
  subject,
  lastModifiedDateTime,
  hasAttachments: id === 'A',
  toRecipients: to.map((address) => ({
    emailAddress: { address, ...(address.startsWith('alex') ? { name: 'Alex' } : {}) },
  })),
  ccRecipients: [],
});
const page = (value: unknown[], next?: string) => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ value, ...(next ? { '@odata.nextLink': next } : {}) }),
});

describe('items to choose from', () => {
  let server: ScriptedServer;
  beforeEach(async () => {
    server = await scriptedServer();
  });
  afterEach(async () => {
    expect(server.unused()).toBe(0);
    await server.close();
  });
  const open = () => graphItems(graphClient({ graphRoot: server.origin, tokens: async () => 'local' }));
  const asked = () => server.seen.map(({ url }) => decodeURIComponent(url));

  it('are the newest drafts of a mailbox, with what people know them by', async () => {
    server.answer(
      page([
        draft('B', null, '2026-11-01T10:00:00Z', 'x@y.z'),
        draft('A', 'Q3 report', '2026-11-02T10:00:00Z', 'alex@contoso.com'),
      ]),
    );
    expect(await open().recent(megan, 'draft', '', 20)).toEqual({
      kind: 'items',
      items: [
        {
          id: 'A',
          kind: 'draft',
          subject: 'Q3 report',
          when: Date.parse('2026-11-02T10:00:00Z'),
          people: ['Alex'],
          hasAttachments: true,
        },
        {
          id: 'B',
          kind: 'draft',
          subject: '',
          when: Date.parse('2026-11-01T10:00:00Z'),
          people: ['x@y.z'],
          hasAttachments: false,
        },
      ],
    });
    expect(asked()).toEqual([
      '/v1.0/users/megan@contoso.com/mailFolders/drafts/messages?$select=id,subject,lastModifiedDateTime,' +
        'toRecipients,ccRecipients,hasAttachments&$orderby=lastModifiedDateTime desc&$top=20',
    ]);
  });

  it('are events by their beginning, in UTC', async () => {
    const start = { dateTime: '2026-12-01T09:00:00.0000000', timeZone: 'UTC' };
    const attendees = [{ emailAddress: { address: 'alex@contoso.com' } }];
    server.answer(page([{ id: 'E', subject: 'Review', start, attendees, hasAttachments: false }]));
    const found = await open().recent(megan, 'event', '', 5);
    const when = Date.parse('2026-12-01T09:00:00Z');
    expect(found).toMatchObject({ items: [{ id: 'E', kind: 'event', when, people: ['alex@contoso.com'] }] });
    expect(asked()[0]).toContain('/v1.0/users/megan@contoso.com/events?');
  });

  it('are searched by subject and people over some pages', async () => {
    const next = `${server.origin}/v1.0/next`;
    server.answer(
      page([draft('A', 'Q3 REPORT', '2026-11-02T10:00:00Z'), draft('B', 'lunch', '2026-11-01T10:00:00Z')], next),
      page([draft('C', 'x', '2026-10-01T10:00:00Z', 'report@contoso.com'), draft('D', 'y', '2026-09-01T10:00:00Z')]),
    );
    const found = await open().recent(megan, 'draft', ' report ', 20);
    expect(found.kind === 'items' ? found.items.map(({ id }) => id) : found).toEqual(['A', 'C']);
  });

  it('end with enough of them, and after some pages of a long mailbox', async () => {
    const next = `${server.origin}/v1.0/next`;
    const one = page([draft('B', 'lunch', '2026-11-01T10:00:00Z')], next);
    server.answer(one);
    expect(await open().recent(megan, 'draft', 'lunch', 1)).toMatchObject({ items: [{ id: 'B' }] });
    server.answer(one, one, one, one, one);
    expect(await open().recent(megan, 'draft', 'nowhere', 1)).toEqual({ kind: 'items', items: [] });
  });

  it('are not there where the service says something else', async () => {
    server.answer(
      { status: 403, body: '{}' },
      { body: '{"value":1}', headers: { 'content-type': 'application/json' } },
    );
    expect(await open().recent(megan, 'draft', '', 20)).toMatchObject({ kind: 'reply', status: 403 });
    expect(await open().recent(megan, 'draft', '', 20)).toMatchObject({ kind: 'fault' });
  });

  it('are looked at by one GET of their id', async () => {
    const parsed = parseItemPath('users/megan@contoso.com/messages/A=');
    server.answer({ body: '{"id":"A="}', headers: { 'content-type': 'application/json' } });
    expect(parsed.ok && (await open().look(parsed.item))).toMatchObject({ kind: 'reply', status: 200 });
    expect(asked()).toEqual(['/v1.0/users/megan@contoso.com/messages/A=?$select=id']);
  });
});

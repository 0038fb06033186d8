import { developer } from '../../src/app/access/caller';
import { UploadError } from '../../src/core/errors';
import type { BrowseApi, RecentItem } from '../../src/core/wire/browse';
import { createUpload } from '../../src/functions/api/createUpload';
import { listItems } from '../../src/functions/api/listItems';
import type { Settings } from '../../src/settings';
import { context, httpRequest, jsonOf, world } from './support/world';

const found: RecentItem = {
  id: 'AAMk/1=',
  kind: 'draft',
  subject: 'Q3',
  when: Date.parse('2026-11-02T10:00:00Z'),
  people: ['Alex'],
  hasAttachments: true,
};

function open(changes: Partial<Settings> = {}, answers: Partial<BrowseApi> = {}) {
  const asked: unknown[][] = [];
  const w = world(changes);
  const browse: BrowseApi = {
    look: async (item) => (asked.push(['look', item.segments.join('/')]), { kind: 'reply', status: 200 }),
    recent: async ({ text }, ...rest) => (asked.push([text, ...rest]), { kind: 'items', items: [found] }),
    ...answers,
  };
  return { ...w, asked, deps: { ...w.deps, browse } };
}

/** Status and body, a refusal by its code. */
const refusal = async (work: Promise<unknown>): Promise<unknown> =>
  work.catch((cause: unknown) => (cause instanceof UploadError ? cause.problem.code : cause));

describe('GET /api/items', () => {
  const list = (w: ReturnType<typeof open>, query: string) =>
    listItems(httpRequest({ path: `/api/items${query}` }), w.deps, context);

  it('lists drafts and events that an upload can name', async () => {
    const w = open();
    const { status, jsonBody } = await list(w, '?mailbox=users/megan@contoso.com&search=q3&limit=5');
    const when = '2026-11-02T10:00:00.000Z';
    const { kind, subject, people, hasAttachments } = found;
    const shown = { item: 'users/megan@contoso.com/messages/AAMk%2F1=', kind, subject, when, people, hasAttachments };
    expect([status, jsonBody]).toEqual([200, { value: [shown] }]);
    expect(w.asked).toEqual([['users/megan@contoso.com', 'draft', 'q3', 5]]);
    const events = await list(w, '?mailbox=users/megan@contoso.com&kind=event');
    expect(events.jsonBody).toMatchObject({ value: [{ item: 'users/megan@contoso.com/messages/AAMk%2F1=' }] });
  });

  it.each([
    ['?mailbox=users/megan@contoso.com&kind=task', 'InvalidRequest'],
    ['?mailbox=users/megan@contoso.com&limit=51', 'InvalidRequest'],
    ['?mailbox=users/megan@contoso.com&kinds=draft', 'InvalidRequest'],
    ['?mailbox=groups/1', 'InvalidRequest'],
    ['', 'InvalidRequest'],
    ['?mailbox=users/x@fabrikam.com', 'MailboxNotAllowed'],
  ])('refuses %s with %s, and asks nobody', async (query, code) => {
    const w = open();
    expect([await refusal(list(w, query)), w.asked]).toEqual([code, []]);
  });

  it('lists nothing where browsing is off, whoever asks', async () => {
    const w = open({ browseEnabled: false });
    expect(await refusal(list(w, '?mailbox=users/megan@contoso.com'))).toBe('BrowseNotAllowed');
  });

  it('shows a person her own mailbox alone', async () => {
    const w = open();
    const hers = { ...w, deps: { ...w.deps, caller: developer } };
    expect((await list(hers, '?mailbox=me')).status).toBe(200);
    expect(w.asked[0]?.[0]).toBe('users/megan@contoso.com');
    expect(await refusal(list(hers, '?mailbox=users/alex@contoso.com'))).toBe('NotYours');
  });

  it('tells what the service said instead', async () => {
    const w = open({}, { recent: async () => ({ kind: 'reply', status: 404 }) });
    const response = await list(w, '?mailbox=users/megan@contoso.com');
    expect([response.status, jsonOf(response)['code']]).toEqual([404, 'MailboxUnavailable']);
  });
});

describe('POST /api/uploads?dryRun=true', () => {
  const item = 'users/megan@contoso.com/messages/AAMkAD=';
  const post = (w: ReturnType<typeof open>, json: unknown, query = '?dryRun=true') =>
    createUpload(httpRequest({ method: 'POST', path: `/api/uploads${query}`, json }), w.deps, context);

  it.each([
    [12_582_912, 'session', 4],
    [5_000, 'post', 1],
  ])('tells how a file of %i bytes would go, and does nothing', async (size, method, ranges) => {
    const w = open();
    w.putBlob('uploads/q3.exe', size);
    const response = await post(w, { blob: 'uploads/q3.exe', item });
    expect([response.status, jsonOf(response)]).toEqual([
      200,
      {
        status: 'checked',
        blob: 'uploads/q3.exe',
        item,
        name: 'q3.exe',
        contentType: 'application/pdf',
        size,
        method,
        ranges,
        warnings: [{ code: 'MayBeBlocked', detail: expect.any(String) }],
      },
    ]);
    expect([w.records.all.size, w.started, w.asked]).toEqual([0, [], [['look', item]]]);
  });

  it('puts no resource aside', async () => {
    const w = open();
    const resource = {
      '@odata.type': '#microsoft.graph.referenceAttachment',
      name: 'plan',
      sourceUrl: 'https://x.example',
    };
    const response = await post(w, { resource, item });
    expect(jsonOf(response)).toMatchObject({ status: 'checked', blob: null, size: null, method: 'post' });
    expect(await w.resources.listBefore(Infinity)).toEqual([]);
  });

  it.each([
    [{ blob: 'uploads/none.pdf', item }, 'BlobNotFound'],
    [{ blob: 'secret/q3.pdf', item }, 'ContainerNotAllowed'],
    [{ blob: 'uploads/q3.pdf', item: 'users/x@fabrikam.com/messages/A=' }, 'MailboxNotAllowed'],
    [{ blob: 'uploads/q3.pdf', item: 'nothing' }, 'InvalidItem'],
    [{ blob: 'uploads/empty.pdf', item }, 'EmptyBlob'],
  ])('refuses what an upload would be refused for: %j', async (json, code) => {
    const w = open();
    w.putBlob('uploads/q3.pdf');
    w.putBlob('uploads/empty.pdf', 0);
    expect(await refusal(post(w, json))).toBe(code);
  });

  const coded = (status: number, code: string) => ({ kind: 'reply', status, json: { error: { code } } }) as const;
  it.each([
    [{ kind: 'reply', status: 404 } as const, 404, 'ItemNotFound', 'knows no such item'],
    [{ kind: 'reply', status: 503 } as const, 503, 'ServiceUnavailable', ''],
    [coded(400, 'ErrorInvalidIdMalformed'), 404, 'ItemNotFound', 'translateExchangeIds'],
    [coded(404, 'ErrorInvalidMailboxItemId'), 404, 'ItemNotFound', 'belongs to another mailbox'],
    [coded(404, 'MailboxNotEnabledForRESTAPI'), 404, 'MailboxUnavailable', 'not in Exchange Online'],
    [coded(403, 'ErrorMailboxMoveInProgress'), 503, 'ServiceUnavailable', ''],
  ])('tells what the service says of the item: %j', async (answer, status, code, words) => {
    const w = open({}, { look: async () => answer });
    w.putBlob('uploads/q3.pdf');
    const response = await post(w, { blob: 'uploads/q3.pdf', item });
    expect([response.status, jsonOf(response)['code']]).toEqual([status, code]);
    expect(jsonOf(response)['detail']).toContain(words);
  });

  it.each(['?dryrun=true', '?dryRun=yes', '?dryRun=true&dryRun=false'])(
    'attaches nothing where it is mistyped: %s',
    async (query) => {
      const w = open();
      w.putBlob('uploads/q3.pdf');
      expect([await refusal(post(w, { blob: 'uploads/q3.pdf', item }, query)), w.started]).toEqual([
        'InvalidRequest',
        [],
      ]);
    },
  );

  it('is no idea of a request that says false', async () => {
    const w = open();
    w.putBlob('uploads/q3.pdf');
    expect((await post(w, { blob: 'uploads/q3.pdf', item }, '?dryRun=false&code=key')).status).toBe(202);
  });
});

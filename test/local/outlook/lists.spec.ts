import { SEEDED, standInForSuite, type Answer } from './standIn';

const suite = standInForSuite();
const megan = 'users/megan@contoso.com';
const adele = { emailAddress: { name: 'Adele Vance', address: 'adele@contoso.com' } };
const ask = (collection: string, query: Record<string, string>) =>
  suite.it.graph('GET', `${collection}?${new URLSearchParams(query).toString()}`);
const subjects = ({ status, json }: Answer) =>
  status === 200 ? json.value.map(({ subject }) => subject) : json.error.code;

async function makeDrafts(): Promise<void> {
  for (const [subject, more] of Object.entries({
    'Q3 report': { body: { contentType: 'text', content: 'the pizza budget' } },
    "Q4 report, Adele's": { from: adele },
    Holidays: { toRecipients: [adele] },
  })) {
    suite.it.nowMs += 1000;
    await suite.it.graph('POST', `${megan}/messages`, { subject, ...more });
  }
}

describe('messages', () => {
  beforeEach(makeDrafts);
  const drafts = (query: Record<string, string>) => ask(`${megan}/mailFolders/drafts/messages`, query);

  it('come newest first, with the properties that are selected, page by page', async () => {
    const first = await drafts({ $select: 'subject,receivedDateTime', $top: '2' });
    expect(subjects(first)).toEqual(['Holidays', "Q4 report, Adele's"]);
    expect(Object.keys(first.json.value[0]!)).toEqual(['id', 'subject', 'receivedDateTime']);
    const [, rest = ''] = (first.json['@odata.nextLink'] ?? '').split('/v1.0/');
    expect(subjects(await suite.it.graph('GET', decodeURIComponent(rest)))).toEqual(['Q3 report', expect.anything()]);
  });

  it.each([
    ['receivedDateTime desc', ['Holidays', "Q4 report, Adele's", 'Q3 report']],
    ['subject', ['Holiday photos', 'Holidays', 'Q3 report']],
    ['createdDateTime asc', ['Holiday photos', 'Quarterly report', 'Q3 report']],
  ])('are ordered by %s', async ($orderby, expected) => {
    expect((subjects(await drafts({ $orderby, $top: '3' })) as string[]).sort()).toEqual([...expected].sort());
    expect((subjects(await drafts({ $orderby, $top: '3' })) as string[]).at(-1)).toBe(expected.at(-1));
  });

  it.each([
    ["subject eq 'Q4 report, Adele''s'", ["Q4 report, Adele's"]],
    ["startswith(subject,'q') and isDraft eq true", ["Q4 report, Adele's", 'Q3 report', 'Quarterly report']],
    ["contains(subject,'and') ", []],
    ["from/emailAddress/address eq 'Adele@contoso.com'", ["Q4 report, Adele's"]],
    ['receivedDateTime ge 2026-01-01T00:00:03Z', expect.arrayContaining(['Holidays'])],
    ['receivedDateTime lt 2020-01-01', []],
  ])('are filtered by %s', async ($filter, expected) => {
    expect(subjects(await drafts({ $filter }))).toEqual(expected);
  });

  it('are found by the internet message id, which survives a send', async () => {
    const { json } = await suite.it.graph('GET', SEEDED.draft);
    const $filter = `internetMessageId eq '${String(json['internetMessageId'])}'`;
    expect(subjects(await ask(`${megan}/messages`, { $filter }))).toEqual(['Quarterly report']);
    await suite.it.graph('POST', `${SEEDED.draft}/send`, undefined, { headers: { 'content-length': '0' } });
    suite.it.nowMs += 1000;
    expect(subjects(await ask(`${megan}/mailFolders/sentitems/messages`, { $filter }))).toEqual(['Quarterly report']);
  });

  it.each([
    ['"report"', ["Q4 report, Adele's", 'Q3 report', 'Quarterly report']],
    ['"pizza"', ['Q3 report']],
    ['"subject:hol to:adele"', ['Holidays', 'Holiday photos']],
    ['"from:adele@contoso.com"', ["Q4 report, Adele's"]],
    ['"nothing"', []],
  ])('are searched for %s', async ($search, expected) => {
    expect(subjects(await drafts({ $search }))).toEqual(expected);
  });

  it.each([
    [{ $search: '"a"', $orderby: 'subject' }, 'SearchWithOrderBy', 'searchWithOrderBy'],
    [{ $search: '"a"', $filter: 'isDraft eq true' }, 'SearchWithFilter', 'searchWithFilter'],
    [{ $search: 'a' }, 'BadRequest', 'searchNotQuoted'],
    [{ $filter: 'isDraft eq true', $orderby: 'receivedDateTime' }, 'InefficientFilter', 'inefficientFilter'],
    [{ $filter: "weather eq 'fine'" }, 'ErrorInvalidUrlQueryFilter', 'filterUnsupported'],
    [{ $orderby: 'weather' }, 'ErrorInvalidUrlQuery', 'queryInvalid'],
    [{ $top: '1001' }, 'ErrorInvalidUrlQuery', 'queryInvalid'],
    [{ $select: 'id,weather' }, 'RequestBroker--ParseUri', 'selectUnknown'],
  ] as [Record<string, string>, string, string][])('refuse %j', async (query, code, rule) => {
    const { status, json } = await drafts(query);
    expect([status, json.error.code, await suite.it.rules()]).toEqual([400, code, [rule]]);
  });

  it('may be filtered and ordered where the filter names the order first', async () => {
    const $filter = 'receivedDateTime ge 2020-01-01T00:00:00Z and isDraft eq true';
    const { json } = await drafts({ $filter, $orderby: 'receivedDateTime desc', $top: '1' });
    expect(json.value.map(({ subject }) => subject)).toEqual(['Holidays']);
  });
});

describe('events', () => {
  it('are listed by calendar, filtered and ordered by their start', async () => {
    const query = { $orderby: 'start/dateTime desc', $select: 'subject,start,attendees', $top: '50' };
    expect(subjects(await ask(`${megan}/events`, query))).toEqual(['Lunch', 'Planning', 'Invitation: Planning']);
    expect(subjects(await ask(`${megan}/calendar/events`, query))).toEqual(['Lunch', 'Invitation: Planning']);
    const $filter = "start/dateTime ge '2037-01-05T10:30:00'";
    expect(subjects(await ask(`${megan}/events`, { $filter, $orderby: 'start/dateTime' }))).toEqual(['Lunch']);
    expect((await ask(`${megan}/events`, { $search: '"a"' })).status).toBe(400);
  });

  it('are made without the attachments of their JSON', async () => {
    const attachments = [{ '@odata.type': '#microsoft.graph.fileAttachment', name: 'a', contentBytes: 'YQ==' }];
    const { status, json } = await suite.it.graph('POST', `${megan}/events`, { subject: 'New', attachments });
    expect([status, json['subject'], json.hasAttachments]).toEqual([201, 'New', false]);
    expect((await suite.it.graph('GET', `${megan}/calendar/events/${json.id}`)).status).toBe(200);
  });

  it('tell their attendees of what concerns them, with the files they hold by then', async () => {
    const file = { '@odata.type': '#microsoft.graph.fileAttachment', name: 'plan.txt', contentBytes: 'YQ==' };
    const notified = async () =>
      (await suite.it.list('items')).find(({ path }) => path.endsWith(SEEDED.event.split('/').at(-1) ?? ''))?.[
        'notified'
      ];
    await suite.it.graph('POST', `${SEEDED.event}/attachments`, file);
    await suite.it.graph('PATCH', SEEDED.event, { isReminderOn: false });
    expect(await notified()).toEqual([]);
    await suite.it.graph('PATCH', SEEDED.event, { body: { contentType: 'text', content: 'see the plan' } });
    expect(await notified()).toMatchObject([{ to: ['adele@contoso.com'], attachments: ['plan.txt'] }]);
    await suite.it.graph('PATCH', SEEDED.event, { attendees: [] });
    expect(await notified()).toHaveLength(1);
  });
});

describe('posts of a thread', () => {
  const attachments = [{ '@odata.type': '#microsoft.graph.fileAttachment', name: 'a', contentBytes: 'YQ==' }];

  it('come with their attachments, those since a time alone', async () => {
    suite.it.nowMs += 60_000;
    const since = new Date(suite.it.nowMs).toISOString();
    await suite.it.graph('POST', `${SEEDED.thread}/reply`, { post: { body: { content: 'x' }, attachments } });
    const posts = (query: Record<string, string>) => ask(`${SEEDED.thread}/posts`, query);
    expect((await posts({})).json.value).toHaveLength(2);
    const { json } = await posts({ $filter: `createdDateTime ge ${since}`, $expand: 'attachments' });
    expect(json.value).toMatchObject([{ attachments: [{ name: 'a', contentBytes: 'YQ==' }] }]);
    const lean = await posts({ $expand: 'attachments($select=id,name)' });
    expect(lean.json.value[1]).toMatchObject({ attachments: [{ name: 'a' }] });
    expect(JSON.stringify(lean.json)).not.toContain('contentBytes');
    const one = await suite.it.graph('GET', `${SEEDED.thread}/posts/${json.value[0]!.id}?$expand=attachments`);
    expect(one.json).toMatchObject({ attachments: [{ name: 'a' }] });
  });
});

describe('who owns a mailbox', () => {
  it('is told by name and by object id; both reach the same items and one quota', async () => {
    const asked = await suite.it.graph('GET', 'users/Megan@contoso.com?$select=id');
    const { id } = asked.json;
    expect([asked.status, Object.keys(asked.json)]).toEqual([200, ['@odata.context', 'id']]);
    expect((await suite.it.graph('GET', `users/${id}?$select=id,userPrincipalName`)).json).toMatchObject({
      id,
      userPrincipalName: 'megan@contoso.com',
    });
    expect((await suite.it.graph('GET', SEEDED.draft.replace('megan@contoso.com', id))).status).toBe(200);
    expect((await suite.it.graph('GET', SEEDED.draft)).status).toBe(200);
    const counted = (await suite.it.list('mailboxes')).filter(({ mailbox }) => mailbox !== 'directory');
    expect(counted).toMatchObject([{ mailbox: megan, requests: 2 }]);
  });

  it('is told to a person of herself, and to no application', async () => {
    expect((await suite.it.graph('GET', 'me?$select=userPrincipalName')).json).toMatchObject({
      userPrincipalName: 'megan@contoso.com',
    });
    const asApp = await suite.it.graph('GET', 'me', undefined, { headers: { authorization: 'Bearer app:x' } });
    expect(asApp.status).toBe(403);
  });
});

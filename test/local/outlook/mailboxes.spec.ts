import { holdTimers, letPass, untilSo } from '../../support/heldTimers';
import { http, MiB, SEEDED, someBytes, standInForSuite, type Answer } from './standIn';

const suite = standInForSuite();
const megan = 'users/megan@contoso.com';
const toRecipients = [{ emailAddress: { address: 'adele@contoso.com' } }];
const file = { '@odata.type': '#microsoft.graph.fileAttachment', name: 'a', contentBytes: 'c291cA==' };
const extended = [{ id: 'String {6b1a2c9e-5f0d-4b7a-9c3e-2d8f1a7b4c60} Name Mark', value: 'd-1' }];

const be = (traits: object, mailbox = megan) =>
  suite.it.control('PATCH', 'config', { mailboxes: { [mailbox]: traits } });
const post = (item: string = SEEDED.draft) => suite.it.graph('POST', `${item}/attachments`, file);
const draft = (more: object = {}, mailbox = megan) =>
  suite.it.graph('POST', `${mailbox}/messages`, { subject: 'x', toRecipients, ...more });
const send = (path: string, headers = {}) =>
  suite.it.graph('POST', `${path}/send`, undefined, { headers: { 'content-length': '0', ...headers } });
const told = ({ status, json }: Answer) => [status, status < 300 ? undefined : json.error.code];

describe('a mailbox', () => {
  it('outside Exchange Online is not found in any call, and the next mailbox is', async () => {
    const other = await suite.it.newDraft('users/adele@contoso.com');
    await be({ state: 'notInExchangeOnline' });
    for (const answer of [await post(), await draft(), await suite.it.graph('GET', SEEDED.draft)])
      expect(told(answer)).toEqual([404, 'MailboxNotEnabledForRESTAPI']);
    expect((await post(other)).status).toBe(201);
    expect(await suite.it.rules()).toEqual([]);
  });

  it('flips between the codes, and sometimes answers', async () => {
    await be({ state: 'flipping' });
    const codes = [];
    for (let n = 0; n < 5; n++) codes.push(told(await post())[1]);
    expect(codes).toEqual([
      'MailboxNotEnabledForRESTAPI',
      'ResourceNotFound',
      'MailboxNotSupportedForRESTAPI',
      undefined,
      'MailboxNotEnabledForRESTAPI',
    ]);
  });

  it('in move is not to be had, upload host included, until it has moved', async () => {
    const bytes = someBytes(3 * MiB);
    const url = await suite.it.openSession(SEEDED.draft, bytes.length);
    await be({ state: 'moving' });
    expect(told(await post())).toEqual([503, 'ErrorMailboxMoveInProgress']);
    expect(told(await suite.it.put(url, bytes, 0, bytes.length))).toEqual([503, 'ErrorMailboxMoveInProgress']);
    await be({ state: 'ordinary' });
    expect((await suite.it.put(url, bytes, 0, bytes.length)).status).toBe(201);
  });

  it.each([
    ['403', 403, 'ErrorQuotaExceeded'],
    ['403store', 403, 'ErrorQuotaExceeded'],
    ['413', 413, 'ErrorQuotaExceeded'],
    ['507', 507, 'QuotaExceededException'],
    ['500folder', 500, 'ErrorMessagePerFolderCountReceiveQuotaExceeded'],
  ])('that is full takes nothing and says so (%s); it can be read and emptied', async (fullAs, status, code) => {
    const { id } = (await post()).json;
    await be({ state: 'full', fullAs }, '*');
    for (const answer of [await post(), await draft(), await send(SEEDED.draft)])
      expect(told(answer)).toEqual([status, code]);
    expect((await suite.it.graph('GET', `${SEEDED.draft}/attachments/${id}/$value`)).status).toBe(200);
    expect((await suite.it.graph('DELETE', `${SEEDED.draft}/attachments/${id}`)).status).toBe(204);
  });

  it('without named properties takes drafts, but no extended property', async () => {
    await be({ namedProperties: 'exhausted' });
    const refused = await draft({ singleValueExtendedProperties: extended });
    expect([...told(refused), refused.json.error.message]).toEqual([
      403,
      'ErrorQuotaExceeded',
      'Cannot get ID from name.',
    ]);
    const { json, status } = await draft();
    expect(status).toBe(201);
    const patched = await suite.it.graph('PATCH', `${megan}/messages/${json.id}`, {
      singleValueExtendedProperties: extended,
    });
    expect(told(patched)).toEqual([403, 'ErrorQuotaExceeded']);
  });

  it('may not send as it wants to', async () => {
    await be({ sendAs: 'denied' });
    expect(told(await send(SEEDED.draft))).toEqual([403, 'ErrorSendAsDenied']);
  });

  it.each(['400', '403', '429'])('sends so many messages in 24 hours (%s)', async (sendLimitStatus) => {
    await be({ sendsPerDay: 1, sendLimitStatus });
    expect((await send(SEEDED.draft)).status).toBe(202);
    const refused = [Number(sendLimitStatus), 'ErrorExceededMessageLimit'];
    expect(told(await send(SEEDED.secondDraft))).toEqual(refused);
    suite.it.nowMs += 86_399_000;
    expect(told(await send(SEEDED.secondDraft))).toEqual(refused);
    suite.it.nowMs += 1_000;
    expect((await send(SEEDED.secondDraft)).status).toBe(202);
  });

  it('is described by known words only', async () => {
    await expect(be({ state: 'gone' })).rejects.toThrow(/state/);
    await expect(be({ quota: 3 })).rejects.toThrow(/quota/);
  });
});

describe('ids that name nothing here', () => {
  const id = SEEDED.draft.split('/').at(-1) ?? '';
  it.each([
    ['cut short', id.slice(0, -9), 400, 'ErrorInvalidIdMalformed'],
    ['no base64', 'AAMk*x', 400, 'ErrorInvalidIdMalformed'],
    ['well-formed', 'AAMkNone=', 404, 'ErrorItemNotFound'],
  ])('%s', async (_, wrong, status, code) => {
    expect(told(await post(`${megan}/messages/${wrong}`))).toEqual([status, code]);
    expect(await suite.it.rules()).toEqual([]);
  });

  it('of another mailbox', async () => {
    const refused = await post(`users/adele@contoso.com/messages/${id}`);
    expect(told(refused)).toEqual([404, 'ErrorInvalidMailboxItemId']);
    expect(refused.json.error.message).toContain(`Item '${id}' doesn't belong to the targeted mailbox`);
  });
});

describe('sessions of To Do', () => {
  const body = { attachmentInfo: { attachmentType: 'file', name: 'a', size: 10 } };
  const open = (authorization: string) =>
    suite.it.graph('POST', `${SEEDED.todoTask}/attachments/createUploadSession`, body, { headers: { authorization } });

  it('are for people alone where it is switched on; small files are for all', async () => {
    await suite.it.control('PATCH', 'config', { todoSession: 'delegatedOnly' });
    for (const bearer of ['Bearer app:uploader', 'Bearer local'])
      expect(told(await open(bearer))).toEqual([403, 'ErrorAccessDenied']);
    expect((await open('Bearer user:megan')).status).toBe(200);
    const task = { ...file, '@odata.type': '#microsoft.graph.taskFileAttachment' };
    expect((await suite.it.graph('POST', `${SEEDED.todoTask}/attachments`, task)).status).toBe(201);
  });
});

describe('commits on one item that overlap', () => {
  const bytes = someBytes(3 * MiB);
  beforeEach(() => suite.it.control('PATCH', 'config', { conflicts: 'refused' }));
  afterEach(() => jest.useRealTimers());

  /** Asks for all while the delays of their scripts last, and lets them pass once all have arrived. */
  async function overlapping(asks: (() => Promise<Answer>)[]): Promise<Answer[]> {
    holdTimers();
    let done = false;
    const answers = Promise.all(asks.map((ask) => ask())).finally(() => (done = true));
    const inFlight = async () => Number((await suite.it.list('mailboxes'))[0]!['inFlight']);
    await untilSo(async () => (await inFlight()) === asks.length);
    await untilSo(() => {
      letPass(200);
      return done;
    });
    return answers;
  }

  it.each([
    ['two POSTs', async () => [() => post(), () => post()]],
    [
      'a POST and a last range',
      async () => {
        const url = await suite.it.openSession(SEEDED.draft, bytes.length);
        return [() => post(), () => suite.it.put(url, bytes, 0, bytes.length)];
      },
    ],
    [
      'a DELETE and a POST',
      async () => {
        const { id } = (await post()).json;
        return [() => suite.it.graph('DELETE', `${SEEDED.draft}/attachments/${id}`), () => post()];
      },
    ],
  ])('are done once: %s', async (_, prepare) => {
    const both = await prepare();
    await suite.it.faults({ on: { op: 'any' }, times: 2, do: { delayMs: 200 } });
    const answers = await overlapping(both);
    const refused = answers.filter(({ status }) => status === 412);
    expect([refused.length, refused[0]?.json.error.code]).toEqual([1, 'ErrorIrresolvableConflict']);
    expect(await suite.it.list('violations?level=bug')).toEqual([]);
  });

  it('do not meet where one comes after the other, or on another item', async () => {
    expect([(await post()).status, (await post()).status]).toEqual([201, 201]);
    await suite.it.faults({ on: { op: 'any' }, times: 2, do: { delayMs: 200 } });
    const answers = await overlapping([() => post(), () => post(SEEDED.secondDraft)]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
  });
});

describe('sends', () => {
  const immutable = { prefer: 'IdType="ImmutableId"' };
  const sentCount = async () =>
    (await suite.it.graph('GET', `${megan}/mailFolders/sentitems/messages`)).json.value.length;

  it.each([
    [200, false],
    [429, true],
    [404, true],
    [403, false],
  ])('answer %i, and whether they send is another matter: %s', async (status, sends) => {
    const answer = { status, code: 'UnknownError' };
    await suite.it.faults({ on: { op: 'send' }, do: sends ? { answerAfterCommit: answer } : { answer } });
    expect((await send(SEEDED.draft)).status).toBe(status);
    suite.it.nowMs += 1000;
    expect(await sentCount()).toBe(sends ? 1 : 0);
    await suite.it.faultsConsumed();
  });

  it.each([
    ['kept', 200],
    ['gone', 404],
  ])('leave the immutable id %s', async (immutableIdAfterSend, status) => {
    await suite.it.control('PATCH', 'config', { immutableIdAfterSend });
    const { id } = (await suite.it.graph('GET', SEEDED.draft, undefined, { headers: immutable })).json;
    await send(SEEDED.draft);
    suite.it.nowMs += 1000;
    const again = await suite.it.graph('GET', `${megan}/messages/${id}`, undefined, { headers: immutable });
    expect(again.status).toBe(status);
    expect(await sentCount()).toBe(1);
  });

  it('show their copy in lists only after a while', async () => {
    await suite.it.control('PATCH', 'config', { sentSearchableAfterMs: 4000 });
    await send(SEEDED.draft);
    suite.it.nowMs += 4249;
    expect(await sentCount()).toBe(0);
    suite.it.nowMs += 1;
    expect(await sentCount()).toBe(1);
  });

  it('of what is no draft find nothing', async () => {
    const { id } = (await suite.it.graph('GET', SEEDED.nestedMessage, undefined, { headers: immutable })).json;
    await send(`${megan}/messages/${id}`);
    suite.it.nowMs += 1000;
    expect(told(await send(`${megan}/messages/${id}`))).toEqual([404, 'ErrorItemNotFound']);
  });

  it('are told with people and files', async () => {
    await post();
    await send(SEEDED.draft);
    const item = (await suite.it.list('items')).find(({ path }) => path === SEEDED.draft);
    expect(item?.['sent']).toMatchObject([{ to: ['adele@contoso.com'], attachments: ['a'] }]);
    expect((await http('GET', suite.it.graphUrl)).status).toBe(200);
  });
});

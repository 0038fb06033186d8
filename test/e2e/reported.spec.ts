import { type Begun, type Ended, largeBytes, type Script, smallBytes } from './faultsWorld';
import { type Delivery, ReportedWorld, toRecipients } from './reportedWorld';

const on = (op: string, effect: Script['do'], more: Partial<Script> = {}): Script => ({ op, do: effect, ...more });
const answer = (status: number, code?: string, more: Record<string, unknown> = {}) => ({
  answer: { status, ...(code === undefined ? {} : { code }), ...more },
});
const bare400 = answer(400, undefined, { as: 'none' });
const noContent = answer(504, 'UnknownError', { message: '' });
const decomposed = 'U\u0308bersicht.pdf';

interface Case {
  readonly title: string;
  readonly bytes: number;
  readonly scripts?: readonly Script[];
  readonly name?: string;
  readonly mailbox?: string;
  readonly warns?: readonly string[];
  readonly isUnread?: true;
  /** The name that the service keeps; default: the one that was asked for. */
  readonly kept?: string;
  readonly never?: readonly string[];
}
const small = (title: string, scripts: readonly Script[] = [], more: Partial<Case> = {}): Case => ({
  title,
  bytes: smallBytes,
  scripts,
  ...more,
});
const large = (title: string, scripts: readonly Script[] = [], more: Partial<Case> = {}): Case => ({
  ...small(title, scripts, more),
  bytes: largeBytes,
});

const attached: Case[] = [
  small('a POST'),
  large('a session, whose Location names another id than lists do'),
  large('a last range of unknown fate whose session is over, so that another one is opened', [
    on('putLast', { resetBefore: true, expireNow: true }),
  ]),
  small('a lost answer of a POST, whose name the service trims', [on('postAttachment', { resetAfter: true, names: { trim: true } })], {
    name: 'Q3 report.pdf ',
    kept: 'Q3 report.pdf',
    warns: ['MayBeRenamed', 'NameChanged'],
  }), // prettier-ignore
  large('a lost answer of a last range, whose name the service trims', [on('putLast', { resetAfter: true, names: { trim: true } })], {
    name: 'Q3 report.pdf ',
    kept: 'Q3 report.pdf',
    warns: ['MayBeRenamed', 'NameChanged'],
  }), // prettier-ignore
  large('an end without Location, under a name that has nothing of ours', [on('putLast', { noLocation: true, storeName: 'ATT00001.dat' })], {
    kept: 'ATT00001.dat',
    warns: ['NameChanged'],
  }), // prettier-ignore
  small('characters that the service replaces', [on('postAttachment', { resetAfter: true, names: { replace: true } })], {
    name: 'a:b?.pdf',
    kept: 'a_b_.pdf',
    warns: ['MayBeRenamed', 'NameChanged'],
  }), // prettier-ignore
  small('a decomposed name, which goes out composed', [], { name: decomposed, kept: decomposed.normalize('NFC') }),
  small('a lost answer, then contents that come empty', [on('postAttachment', { resetAfter: true }), on('getValue', { value: 'empty' }, { times: 2 })]), // prettier-ignore
  large('a lost answer, then contents that come short', [on('putLast', { resetAfter: true }), on('getValue', { value: { prefixBytes: 1000 } }, { times: 2 })]), // prettier-ignore
  large('contents that come empty and short when they are compared', [
    on('getValue', { value: 'empty' }),
    on('getValue', { value: { prefixBytes: 1000 } }),
  ], { never: ['deleteAttachment'] }), // prettier-ignore
  large('contents that never come', [on('getValue', noContent, { times: 'always' })], {
    isUnread: true,
    warns: ['NotVerified'],
    never: ['deleteAttachment'],
  }),
  large('a lost answer, and contents that never come', [on('putLast', { resetAfter: true }), on('getValue', noContent, { times: 'always' })], {
    isUnread: true,
    warns: ['NotVerified'],
    never: ['deleteAttachment'],
  }), // prettier-ignore
  large('400 ErrorServerBusy', [on('createSession', answer(400, 'ErrorServerBusy'), { times: 2 })]),
  small('400 ErrorMailboxStoreUnavailable', [on('postAttachment', answer(400, 'ErrorMailboxStoreUnavailable'))]),
  large('400 CommandConcurrencyLimitReached in a session', [on('put', answer(400, 'CommandConcurrencyLimitReached'), { rangeIndex: 1 })]), // prettier-ignore
  large('403 ErrorMailboxMoveInProgress', [on('createSession', answer(403, 'ErrorMailboxMoveInProgress'), { times: 2 })]), // prettier-ignore
  small('403 that calls itself transient', [on('postAttachment', answer(403, 'ErrorAccessDenied', { message: 'Cannot do this due to a transient error. Please try again later.' }))]), // prettier-ignore
  small('400 with an empty body for a POST', [on('postAttachment', bare400)]),
  large('400 with an empty body for a session', [on('createSession', bare400, { times: 2 })]),
  large('400 with an empty body in the middle of a session', [on('put', bare400, { rangeIndex: 1 })]),
  small('401 of a grant that is young', [on('listAttachments', answer(401, 'InvalidAuthenticationToken'), { times: 4 })]), // prettier-ignore
  small('a mailbox whose answers flip between codes', [
    on('listAttachments', answer(404, 'MailboxNotEnabledForRESTAPI')),
    on('listAttachments', answer(404, 'ResourceNotFound')),
    on('postAttachment', answer(404, 'MailboxNotSupportedForRESTAPI')),
  ]),
];

const sentAnyway = (status: number, code: string, message?: string): Script['do'] => ({
  answerAfterCommit: { status, code, ...(message === undefined ? {} : { message }) },
});
/** A send, and what becomes of it. */
const sends: [string, Script['do'], Partial<Script>?][] = [
  ['answered 429 each time although it is sent', sentAnyway(429, 'ApplicationThrottled'), { times: 'always' }],
  ['answered 404 each time although it is sent', sentAnyway(404, 'ErrorItemNotFound'), { times: 'always' }],
  ['answered 400 UnknownError although it is sent', sentAnyway(400, 'UnknownError')],
  [
    'answered 403 with a passing verdict although it is sent',
    sentAnyway(403, 'ErrorAccessDenied', 'Actual verdict is TransientError. Please try again later'),
  ],
  ['answered 200 and not sent', answer(200)],
  ['answered 429 and not sent', answer(429, 'ApplicationThrottled', { headers: { 'retry-after': '1' } })],
  ['answered 404 and not sent', answer(404, 'ErrorItemNotFound')],
];

interface Refused {
  readonly title: string;
  readonly code: string;
  readonly says: RegExp;
  readonly mailbox?: string;
  readonly scripts?: readonly Script[];
  /** The item is named in another way than it should be. */
  readonly at?: (item: string) => string;
}
const fullness = ['403', '403store', '413', '507', '500folder'];
const refused: Refused[] = [
  ...fullness.map((shape): Refused => ({
    title: `a mailbox that is full, told as ${shape}`,
    mailbox: `users/full${shape}@contoso.com`,
    code: 'MailboxUnavailable',
    says: /is full/,
  })),
  {
    title: 'an id that was cut short',
    at: (item) => item.slice(0, -3),
    code: 'ItemNotFound',
    says: /translateExchangeIds.*cut short/,
  },
  {
    title: 'an id of another mailbox',
    at: (item) => item.replace(/^users\/[^/]+/, 'users/somebody.else@contoso.com'),
    code: 'ItemNotFound',
    says: /belongs to another mailbox/,
  },
  {
    title: '403 that may be a young grant',
    scripts: [on('postAttachment', answer(403, 'ErrorAccessDenied'))],
    code: 'AccessDenied',
    says: /permission.*two hours/s,
  },
];

const offline: Refused = {
  title: 'a mailbox outside Exchange Online, asked for two minutes',
  mailbox: 'users/onpremises@contoso.com',
  code: 'MailboxUnavailable',
  says: /not in Exchange Online/,
};

let world: ReportedWorld;
const deliveries = new Map<string, string>();
let young: { upload: Begun; delivery: string };
const begun = new Map<Case | Refused, Begun>();

beforeAll(async () => {
  world = await ReportedWorld.open({ MESSAGE_SIZE_LIMIT: '2000000' });
  const full = fullness.map((fullAs) => [`users/full${fullAs}@contoso.com`, { state: 'full', fullAs }]);
  const mailboxes = {
    ...(Object.fromEntries(full) as object),
    'users/onpremises@contoso.com': { state: 'notInExchangeOnline' },
    'users/unmarked@contoso.com': { namedProperties: 'exhausted' },
    'users/limited@contoso.com': { sendsPerDay: 1 },
    'users/sender@contoso.com': { sendAs: 'denied' },
  };
  await world.app.outlook.configure({ mailboxes });
  // all at once, each to an item of its own: most of the time is waiting
  for (const one of [offline, ...refused]) begun.set(one, await beginRefused(one));
  for (const [subject, effect, more = {}] of sends)
    deliveries.set(subject, (await sending(subject, [on('send', effect, more)])).id);
  for (const one of attached) begun.set(one, await world.start(one));
  young = await beginYoung();
});

async function beginRefused({ at = (item) => item, mailbox, scripts = [] }: Refused): Promise<Begun> {
  const there = await world.app.outlook.createItem(`${mailbox ?? `users/own${world.unique()}@contoso.com`}/messages`);
  return world.startAt(at(there), { scripts });
}

const sending = async (subject: string, scripts: readonly Script[], bytes = smallBytes, mailbox?: string) => {
  const item = await world.draft(subject, mailbox);
  const { blob } = await world.blob(bytes);
  await world.script(item, scripts);
  return { item, id: await world.deliver({ item, attachments: [{ blob }], send: true }) };
};

/** Items that nobody finds for ten minutes: one that was there, and a draft that is made for a delivery. */
async function beginYoung(): Promise<typeof young> {
  const upload = await world.start({ made: { notFoundFor: { any: 600 } } });
  const mailbox = 'users/young@contoso.com';
  await world.app.faults({ on: { op: 'createMessage', mailbox }, do: { notFoundFor: { any: 600 } } });
  const { blob } = await world.blob();
  const message = { subject: 'young draft', toRecipients };
  return { upload, delivery: await world.deliver({ mailbox, message, attachments: [{ blob }], send: true }) };
}

describe('an item that is not there yet', () => {
  // five answers in 15 s ended it once; the service's lag is minutes
  const waits = ({ timeline: _, ...upload }: object & { timeline?: unknown }): boolean => {
    const { waitingFor, lastProblem } = upload as {
      waitingFor?: string;
      lastProblem?: { status: number; attempts: number };
    };
    return waitingFor === 'retry' && lastProblem?.status === 404 && lastProblem.attempts >= 5;
  };

  beforeAll(async () => {
    await world.app.until(young.upload.id, waits);
    const ofDraft = ({ uploads: [first] }: Delivery): boolean => first?.status === 'waiting';
    const { uploads } = await world.untilDelivery(young.delivery, ofDraft);
    await world.app.until(uploads[0]!.id, waits);
    await world.app.outlook.advanceClock(601);
  });

  it('is waited for, with the 404 as the reason, and gets its file', async () => {
    await world.expectAttached(young.upload);
  });

  it('is a draft that the delivery has made itself, and is sent', async () => {
    expect(await world.delivered(young.delivery)).toMatchObject({ status: 'succeeded', sent: true });
    expect(await world.messages('young draft')).toMatchObject([{ sends: 1 }]);
  });
});

describe('exactly one attachment, by the id that lists show, after', () => {
  it.each(attached.map((one) => [one.title, one] as const))('%s', async (_, one) => {
    const upload = begun.get(one)!;
    const ended = (await world.end(upload)) as Ended & { attachment: { name: string } };
    const held = await world.only(upload);
    const kept = one.kept ?? one.name ?? upload.blob.split('/').at(-1);
    expect(ended).toMatchObject({
      status: 'succeeded',
      attachment: { id: held.immutableId, name: kept, verified: one.isUnread !== true },
    });
    expect(held.name).toBe(kept);
    expect(ended.attachment.location).toContain(encodeURIComponent(held.immutableId));
    expect(ended.warnings.map(({ code }) => code).sort()).toEqual([...(one.warns ?? [])].sort());
    const asked = (await world.requests(upload.item)).map(({ op }) => op);
    expect(asked.filter((op) => one.never?.includes(op))).toEqual([]);
  });
});

const expectTold = async (one: Refused): Promise<void> => {
  const ended = await world.expectNothing(begun.get(one)!, one.code);
  expect(ended.error?.detail).toMatch(one.says);
};

describe('told in words of its own, with nothing attached:', () => {
  it.each(refused.map((one) => [one.title, one] as const))('%s', (_, one) => expectTold(one));
});

describe('a send', () => {
  const codesOf = ({ warnings }: Delivery): string[] => warnings.map(({ code }) => code);

  it.each(sends)('%s is one message', async (subject) => {
    expect(await world.delivered(deliveries.get(subject)!)).toMatchObject({ status: 'succeeded', sent: true });
    expect(await world.messages(subject)).toMatchObject([{ sends: 1 }]);
  });

  it('goes out with a file whose content never comes back, and says so', async () => {
    const { id } = await sending('unread', [on('getValue', noContent, { times: 'always' })], largeBytes);
    const done = await world.delivered(id);
    expect(done).toMatchObject({ status: 'succeeded', sent: true });
    expect(codesOf(done)).toContain('NotVerified');
    expect(done.uploads).toMatchObject([{ attachment: { verified: false } }]);
  });

  it('beyond the limit of the day is told so, and its draft stays with its file', async () => {
    const mailbox = 'users/limited@contoso.com';
    await world.delivered((await sending('within', [], smallBytes, mailbox)).id);
    const { blob } = await world.blob(largeBytes);
    const id = await world.deliver({
      mailbox,
      message: { subject: 'beyond', toRecipients },
      attachments: [{ blob }],
      send: true,
    });
    const done = await world.delivered(id);
    expect(done).toMatchObject({ status: 'failed', sent: false, error: { code: 'SendLimitExceeded' } });
    expect(await world.messages('beyond')).toMatchObject([{ sends: 0, isDraft: true }]);
    expect(await world.app.attachmentsOf(done.item!)).toHaveLength(1);
  });

  it('from a mailbox that has to be verified is told so, and the draft that was made for it stays', async () => {
    const mailbox = 'users/unverified@contoso.com';
    const message = 'Cannot send mail. Follow the instructions in your Inbox to verify your account.';
    const refusal = { answer: { status: 403, code: 'ErrorMessageSubmissionBlocked', message } };
    await world.app.faults({ on: { op: 'send', mailbox }, times: 'always', do: refusal });
    const [{ blob }, draft] = [await world.blob(), { subject: 'unverified', toRecipients }];
    const id = await world.deliver({ mailbox, message: draft, attachments: [{ blob }], send: true });
    const done = await world.delivered(id);
    expect(done).toMatchObject({ status: 'failed', sent: false, error: { code: 'SendLimitExceeded' } });
    expect(await world.messages('unverified')).toMatchObject([{ sends: 0, isDraft: true }]);
    expect(await world.app.attachmentsOf(done.item!)).toHaveLength(1);
  });

  it('from a mailbox without named properties goes without a mark, and is found though its answer is lost', async () => {
    const mailbox = 'users/unmarked@contoso.com';
    await world.app.faults({ on: { op: 'send', mailbox }, do: { resetAfter: true } });
    const { blob } = await world.blob();
    const id = await world.deliver({
      mailbox,
      message: { subject: 'unmarked', toRecipients },
      attachments: [{ blob }],
      send: true,
    });
    const done = await world.delivered(id);
    expect(done).toMatchObject({ status: 'succeeded', sent: true });
    expect(codesOf(done)).toContain('NotMarked');
    expect(await world.messages('unmarked')).toMatchObject([{ sends: 1 }]);
  });

  it('in the name of somebody else is refused with Send As in its words', async () => {
    const { id } = await sending('in the name of', [], smallBytes, 'users/sender@contoso.com');
    expect(await world.delivered(id)).toMatchObject({
      status: 'failed',
      sent: false,
      error: { code: 'AccessDenied', detail: expect.stringContaining('Send As') as string },
    });
  });

  it('that would be too large for the tenant with what the draft holds has a warning', async () => {
    const item = await world.draft('held');
    await world.expectAttached(await world.startAt(item, { bytes: largeBytes }));
    const { blob } = await world.blob(largeBytes);
    const done = await world.delivered(await world.deliver({ item, attachments: [{ blob }], send: true }));
    expect([done.sent, codesOf(done)]).toEqual([true, expect.arrayContaining(['MayExceedMessageLimit'])]);
  });

  it('never goes without a file that somebody has removed meanwhile', async () => {
    const item = await world.draft('robbed');
    const [first, second] = [await world.blob(), await world.blob(largeBytes)];
    // the second file waits until the first one is gone, however long that takes
    await world.script(item, [on('createSession', answer(503, 'ErrorServerBusy'), { forSeconds: 3_000 })]);
    const id = await world.deliver({ item, attachments: [{ blob: first.blob }, { blob: second.blob }], send: true });
    const now = await world.untilDelivery(
      id,
      ({ uploads }) => uploads[0]?.status === 'succeeded' && uploads[1]?.status === 'waiting',
    );
    const ours = await world.app.call<{ code: string }>('DELETE', `/api/uploads/${now.uploads[0]!.id}/attachment`);
    expect([ours.status, ours.body.code]).toEqual([409, 'NotFinished']);
    const { location } = now.uploads[0]!.attachment!;
    await fetch(`${world.app.graphUrl}/v1.0/${location!}`, {
      method: 'DELETE',
      headers: { Authorization: 'Bearer local' },
    });
    await world.app.outlook.advanceClock(3_001);
    const done = await world.delivered(id);
    expect(done).toMatchObject({ status: 'failed', sent: false, error: { code: 'VerificationFailed' } });
    expect(done.error?.detail).toContain(now.uploads[0]!.name);
    expect(await world.messages('robbed')).toMatchObject([{ sends: 0, isDraft: true }]);
  });
});

describe('a reply to a thread', () => {
  it.each<[string, Script['do']]>([
    ['whose answer is lost', { resetAfter: true }],
    ['that is answered 503 although it is taken', { answerAfterCommit: { status: 503 } }],
    ['that is answered 503 and not taken', answer(503)],
    ['that is answered 404 although it is taken', sentAnyway(404, 'ErrorItemNotFound')],
    ['that is answered 404 and not taken', answer(404, 'ErrorItemNotFound')],
  ])('%s is one post with the file', async (_, effect) => {
    const item = await world.app.outlook.createItem(`groups/g${world.unique()}/threads/t${world.unique()}`);
    const upload = await world.startAt(item, { scripts: [on('reply', effect)] });
    expect(await world.end(upload)).toMatchObject({ status: 'succeeded' });
    const held = (await world.app.outlook.attachments()).filter(({ sha256 }) => sha256 === upload.sha256);
    expect(held).toHaveLength(1);
  });
});

describe('several uploads to one item', () => {
  it('commit one after the other, so that the service meets no conflict', async () => {
    const item = await world.app.outlook.createItem(`users/own${world.unique()}@contoso.com/messages`);
    await world.script(item, [
      on('postAttachment', { delayMs: 300 }, { times: 3 }),
      on('putLast', { delayMs: 300 }, { times: 3 }),
    ]);
    const uploads = await Promise.all(
      [1, 2, 3].flatMap(() => [world.startAt(item), world.startAt(item, { bytes: largeBytes })]),
    );
    for (const upload of uploads) expect((await world.end(upload)).status).toBe('succeeded');
    const held = (await world.app.attachmentsOf(item)).map(({ sha256 }) => sha256);
    expect(held.sort()).toEqual(uploads.map(({ sha256 }) => sha256).sort());
    expect((await world.requests(item)).filter(({ status }) => status === 412)).toEqual([]);
  });

  const named = async () => {
    const upn = `own${world.unique()}@contoso.com`;
    const item = await world.app.outlook.createItem(`users/${upn}/messages`);
    const headers = { Authorization: 'Bearer local', Prefer: 'IdType="ImmutableId"' };
    const idOf = async (path: string): Promise<string> => {
      const reply = await fetch(`${world.app.graphUrl}/v1.0/${path}?$select=id`, { headers });
      return ((await reply.json()) as { id: string }).id;
    };
    return {
      item,
      byObjectId: item.replace(upn, await idOf(`users/${upn}`)),
      byImmutableId: `users/${upn}/messages/${encodeURIComponent(await idOf(item))}`,
      byFolder: item.replace('/messages/', '/mailFolders/drafts/messages/'),
    };
  };

  it('of the same file by UPN, object id and folder are one, unless they are asked for', async () => {
    const { blob, sha256 } = await world.blob();
    const { item, byObjectId, byFolder } = await named();
    const ids = [];
    for (const each of [item, byObjectId, byFolder]) ids.push((await world.app.createUpload({ blob, item: each })).id);
    expect(new Set(ids).size).toBe(1);
    await world.app.waitForUpload(ids[0]!);
    expect(await world.app.attachmentsOf(item)).toMatchObject([{ sha256 }]);
  });

  it.each(['byObjectId', 'byImmutableId'] as const)(
    'of the same file, where both are asked for, each have their own: %s',
    async (way) => {
      const { blob, sha256 } = await world.blob();
      const { item, [way]: other } = await named();
      expect(other).not.toBe(item);
      await world.script(item, [on('postAttachment', { resetBefore: true })]);
      const uploads = [item, other].map((each) => world.app.attach({ blob, item: each, duplicate: 'allow' }));
      const ids = (await Promise.all(uploads)).map(({ attachment }) => attachment?.id);
      const held = await world.app.attachmentsOf(item);
      expect(held.map((one) => one.sha256)).toEqual([sha256, sha256]);
      expect(ids.sort()).toEqual(held.map(({ immutableId }) => immutableId).sort());
    },
  );
});

it(`told in words of its own: ${offline.title}`, () => expectTold(offline));

it('has met every fault, broken no rule, and left no session open', async () => {
  await world.expectCleanEnd();
});

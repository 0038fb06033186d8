import { type Begun, type Ended, events, largeBytes, type Script, smallBytes } from './faultsWorld';
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
  small('a mailbox whose answers flip between three codes', [], { mailbox: 'users/flipping@contoso.com' }),
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
  {
    title: 'a mailbox outside Exchange Online, asked for two minutes',
    mailbox: 'users/onpremises@contoso.com',
    code: 'MailboxUnavailable',
    says: /not in Exchange Online/,
  },
];

let world: ReportedWorld;
const begun = new Map<Case | Refused, Begun>();

beforeAll(async () => {
  world = await ReportedWorld.open({ MESSAGE_SIZE_LIMIT: '2000000' });
  const full = fullness.map((fullAs) => [`users/full${fullAs}@contoso.com`, { state: 'full', fullAs }]);
  const mailboxes = {
    ...(Object.fromEntries(full) as object),
    'users/flipping@contoso.com': { state: 'flipping' },
    'users/onpremises@contoso.com': { state: 'notInExchangeOnline' },
    'users/unmarked@contoso.com': { namedProperties: 'exhausted' },
    'users/limited@contoso.com': { sendsPerDay: 1 },
    'users/sender@contoso.com': { sendAs: 'denied' },
  };
  await world.app.outlook.configure({ mailboxes });
  // all at once, each to an item of its own: most of the time is waiting
  for (const one of [...refused].reverse()) begun.set(one, await beginRefused(one));
  for (const one of attached) begun.set(one, await world.start(one));
});

async function beginRefused({ at = (item) => item, mailbox, scripts = [] }: Refused): Promise<Begun> {
  const there = await world.app.outlook.createItem(`${mailbox ?? `users/own${world.unique()}@contoso.com`}/messages`);
  return world.startAt(at(there), { scripts });
}

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

describe('told in words of its own, with nothing attached:', () => {
  it.each(refused.map((one) => [one.title, one] as const))('%s', async (_, one) => {
    const ended = await world.expectNothing(begun.get(one)!, one.code);
    expect(ended.error?.detail).toMatch(one.says);
  });
});

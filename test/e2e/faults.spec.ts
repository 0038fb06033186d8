import { Begun, Ended, events, FaultsWorld, largeBytes, Script, smallBytes } from './faultsWorld';

let world: FaultsWorld;

const put = (rangeIndex: number, effect: Script['do'], times?: number): Script => ({
  op: 'put',
  rangeIndex,
  do: effect,
  ...(times ? { times } : {}),
});
const on = (op: string, effect: Script['do'], times?: number): Script => ({
  op,
  do: effect,
  ...(times ? { times } : {}),
});
const answer = (status: number, more: Record<string, unknown> = {}) => ({ answer: { status, ...more } });
const throttled = (retryAfter?: string) =>
  answer(429, { code: 'ApplicationThrottled', ...(retryAfter ? { headers: { 'retry-after': retryAfter } } : {}) });
const notFound = answer(404, { code: 'ErrorItemNotFound' });
const html = { raw: '<html><body>Service unavailable</body></html>' };
const soon = (ms: number): string => new Date(Date.now() + ms).toUTCString();

interface Case {
  readonly title: string;
  readonly bytes: number;
  readonly scripts: readonly Script[];
  /** What the timeline tells of it. */
  readonly tells?: readonly string[];
  /** Its end, where it does not succeed: the code. */
  readonly code?: string;
  readonly look?: (upload: Ended, begun: Begun) => void;
  /** Its service keeps a session open that nobody can close. */
  readonly leavesOpen?: boolean;
}
const large = (title: string, scripts: readonly Script[], more: Partial<Case> = {}): Case => ({
  title,
  bytes: largeBytes,
  scripts,
  ...more,
});
const small = (title: string, scripts: readonly Script[], more: Partial<Case> = {}): Case => ({
  title,
  bytes: smallBytes,
  scripts,
  ...more,
});

const passing: Case[] = [
  large('429 with whole seconds', [put(1, throttled('1'))], { tells: ['throttled'] }),
  large('429 with a fraction of seconds', [put(1, throttled('1.128'))], { tells: ['throttled'] }),
  large('429 with a date', [put(1, throttled(soon(10_000)))], { tells: ['throttled'] }),
  large('429 without Retry-After', [on('putLast', throttled())], { tells: ['throttled'] }),
  large('429 on createUploadSession', [on('createSession', throttled('1'))], { tells: ['throttled'] }),
  small('429 on the POST', [on('postAttachment', throttled('1'))], { tells: ['throttled'] }),
  ...[500, 502, 503, 504].map((status) => large(`${status} on a range`, [put(1, answer(status))])),
  large('503 on createUploadSession', [on('createSession', answer(503, { headers: { 'retry-after': '1' } }))]),
  small('504 on the POST, which did nothing', [on('postAttachment', answer(504))], { tells: ['reconciling'] }),
  large('a reset before a range was taken', [put(1, { resetBefore: true })]),
  large('a reset after a range was taken', [put(1, { resetAfter: true })]),
  large('a reset before the last range was taken', [on('putLast', { resetBefore: true })], { tells: ['reconciling'] }),
  large('a reset after the last range was taken', [on('putLast', { resetAfter: true })], { tells: ['reconciled'] }),
  small('a reset before the POST was taken', [on('postAttachment', { resetBefore: true })], { tells: ['reconciling'] }),
  small('a reset after the POST was taken', [on('postAttachment', { resetAfter: true })], { tells: ['reconciled'] }),
  large('a lost answer to createUploadSession', [on('createSession', { resetAfter: true })], { leavesOpen: true }),
  large('half an answer to a range', [put(1, { halfAnswer: true })]),
  large('half an answer to the last range', [on('putLast', { halfAnswer: true })], { tells: ['reconciled'] }),
  small('half an answer to the POST', [on('postAttachment', { halfAnswer: true })]),
  large('HTML with a 503', [put(1, answer(503, html))]),
  large('HTML with a 200', [put(1, answer(200, html))]),
  large('HTML instead of the list of attachments', [on('listAttachments', answer(200, html))]),
  large('404 on a young draft', [on('createSession', notFound, 2)]),
  large('404 for longer than a draft is young', [on('createSession', notFound, 4)]),
  large('404 on the first range to a young draft', [put(0, notFound)]),
  small('404 on the POST to a young draft', [on('postAttachment', notFound, 2)]),
  large('a session that expires', [put(2, { expireNow: true })], { tells: ['sessionReplaced'] }),
  large('410 in the middle', [put(2, answer(410))], { tells: ['sessionReplaced'] }),
  large('416 in the middle', [put(1, answer(416, { code: 'invalidRange' }))]),
  large('the same offset again and again', [put(1, { repeatOffset: true }, 2), put(2, { repeatOffset: true }, 2)]),
  large('parts that are missing', [put(1, { missingRanges: [[10, 19], [100, 199]] })]), // prettier-ignore
  large('a range that is taken in part', [put(1, { acceptOnly: 1000 })]),
  large('answers without a list and without Location', [
    put(0, { noRanges: true }),
    on('putLast', { noLocation: true }),
  ]),
  large('a commit that comes late', [on('putLast', { commitLaterMs: 1500 })], { tells: ['reconciled'] }),
  small('a POST that is committed late', [on('postAttachment', { commitLaterMs: 1500 })], { tells: ['reconciled'] }),
  // between the settle time and its double: the second POST comes after it, and the copy is removed; or before it, and the
  // service refuses what comes late, for the item has changed; or the look took so long that it found the first
  small('a POST that is committed after it was given up', [on('postAttachment', { commitLaterMs: 4500 })], {
    tells: ['reconciling', 'attached'],
  }),
  large('a list that lags', [on('putLast', { resetAfter: true, listLagMs: 1500 })], { tells: ['reconciled'] }),
  large('bytes that were damaged', [on('putLast', { corruptBytes: true })], { tells: ['wrongBytesRemoved'] }),
  small('bytes of a POST that were damaged', [on('postAttachment', { corruptBytes: true })], {
    tells: ['wrongBytesRemoved'],
  }),
  large('401 on a range', [put(1, answer(401, { code: 'InvalidAudienceForResource' }))], { tells: ['incident'] }),
];

const failing: Case[] = [
  large('413 on a range', [put(1, answer(413, { code: 'ErrorMessageSizeExceeded' }))], { code: 'MessageSizeExceeded' }),
  large('403 on createUploadSession', [on('createSession', answer(403, { code: 'ErrorAccessDenied' }))], {
    code: 'AccessDenied',
    look: (upload) => expect(upload.error?.serviceRequestId).toEqual(expect.any(String)),
  }),
  large('403 on a range', [put(1, answer(403))], { code: 'AccessDenied' }),
  small('403 on the POST', [on('postAttachment', answer(403))], { code: 'AccessDenied' }),
  large('damaged bytes, twice', [on('putLast', { corruptBytes: true }, 2)], { code: 'VerificationFailed' }),
  large('a DELETE of the session that fails for a while', [put(1, answer(413)), on('cancelSession', answer(403), 3)], {
    code: 'MessageSizeExceeded',
    look: (upload) => expect(upload.error?.leftBehind).toBeUndefined(),
  }),
];

const begun = new Map<Case, Begun>();

beforeAll(async () => {
  world = await FaultsWorld.start();
  // all at once, each to a mailbox of its own: most of the time is waiting
  for (const one of [...failing, ...passing].reverse()) {
    const upload = await world.begin(one.bytes, ...one.scripts);
    if (one.leavesOpen) world.leftOpen.add(upload.item);
    begun.set(one, upload);
  }
});

describe('attaches exactly once in spite of', () => {
  it.each(passing.map((one) => [one.title, one] as const))('%s', async (_, one) => {
    const upload = await world.expectAttached(begun.get(one)!);
    expect(events(upload)).toEqual(expect.arrayContaining([...(one.tells ?? [])]));
    one.look?.(upload, begun.get(one)!);
  });
});

describe('ends without an attachment after', () => {
  it.each(failing.map((one) => [one.title, one] as const))('%s', async (_, one) => {
    const upload = await world.expectNothing(begun.get(one)!, one.code!);
    one.look?.(upload, begun.get(one)!);
  });
});

describe('when the blob', () => {
  it.each(['replaced', 'deleted'])('is %s meanwhile, the upload fails and its session is gone', async (what) => {
    await world.during(async (upload) => {
      await world.changeBlob(upload, what === 'replaced');
      await world.expectNothing(upload, 'BlobChanged');
    });
  });
});

describe('a cancel', () => {
  it('before the start leaves nothing', async () => {
    await world.app.outlook.configure({ latencyMs: { createSession: 1000 } });
    const upload = await world.begin(largeBytes);
    expect(await world.cancel(upload)).toBe(202);
    await world.expectNothing(upload, 'cancelled');
    await world.app.outlook.configure({ latencyMs: { createSession: 0 } });
  });

  it('while ranges are sent, and once more, closes the session', async () => {
    await world.during(async (upload) => {
      expect(await world.cancel(upload)).toBe(202);
      expect([202, 200]).toContain(await world.cancel(upload)); // it may have ended by now
      await world.expectNothing(upload, 'cancelled');
      expect(await world.cancel(upload)).toBe(200);
    });
  });

  it('ends a wait at once', async () => {
    const upload = await world.begin(largeBytes, put(1, throttled('600')));
    await world.app.until(upload.id, ({ waitingFor }) => waitingFor === 'throttled');
    await world.cancel(upload);
    await world.expectNothing(upload, 'cancelled'); // the wait alone would outlast this test
  });

  it('while the last range is under way removes what it attached', async () => {
    for (let delayMs = 900, inTime = false; !inTime; delayMs *= 2) {
      const upload = await world.begin(largeBytes, on('putLast', { delayMs }));
      await world.app.until(upload.id, ({ progress }) => progress.bytesSent >= largeBytes - 900);
      inTime = (await world.cancel(upload)) === 202; // too late shows nothing: once more, slower
      if (inTime) await world.expectNothing(upload, 'cancelled');
    }
  });

  it('after the end is refused', async () => {
    const upload = await world.begin(smallBytes);
    await world.expectAttached(upload);
    expect(await world.cancel(upload)).toBe(409);
  });
});

it('shows an incident of the service while it waits for its end', async () => {
  const upload = await world.begin(largeBytes, put(1, answer(401), 99)); // each wait longer: one of them is seen
  const seen = await world.app.until(upload.id, ({ status }) => status === 'waiting');
  expect(seen.waitingFor).toBe('incident');
  await world.cancel(upload);
  await world.expectNothing(upload, 'cancelled');
  expect(await world.app.outlook.pendingFaults()).toMatchObject([{ on: { item: upload.item } }]);
  await world.app.outlook.clearFaults();
});

it('has met every fault, broken no rule, left no session open and told no secret', async () => {
  await world.expectCleanEnd();
  await world.expectNoSecrets();
});

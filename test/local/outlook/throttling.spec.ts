import { holdTimers, letPass, untilSo } from '../../support/heldTimers';
import { MiB, SEEDED, someBytes, standInForSuite } from './standIn';

const suite = standInForSuite();
const size = 6 * MiB;
const bytes = someBytes(size);
const list = (item: string = SEEDED.draft, bearer = 'local') =>
  suite.it.graph('GET', `${item}/attachments?$select=id`, undefined, {
    headers: { authorization: `Bearer ${bearer}` },
  });
const throttle = (throttling: object) => suite.it.control('PATCH', 'config', { throttling });

describe('throttling of one app on one mailbox', () => {
  afterEach(() => jest.useRealTimers());

  it('refuses the fifth request at once, but not those of another app or mailbox', async () => {
    await suite.it.control('PATCH', 'config', { latencyMs: { listAttachments: 100 } });
    const other = await suite.it.newDraft('users/adele@contoso.com');
    holdTimers(); // all are under way until the spec lets the latency pass
    const five = [1, 2, 3, 4, 5].map(() => list());
    const others = [list(SEEDED.draft, 'other-app'), list(other)];
    const inFlight = async () => (await suite.it.list('mailboxes')).map((mailbox) => Number(mailbox['inFlight']));
    await untilSo(async () => (await inFlight()).reduce((sum, count) => sum + count, 0) === 6);
    await Promise.race(five); // the one that was refused
    letPass(100);
    const statuses = (await Promise.all(five)).map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 200, 200, 200, 429]);
    expect((await Promise.all(others)).map(({ status }) => status)).toEqual([200, 200]);
    const refused = (await Promise.all(five)).find(({ status }) => status === 429);
    expect(refused?.json.error).toMatchObject({
      code: 'ApplicationThrottled',
      message: expect.stringContaining('MailboxConcurrency'),
    });
    const mailboxes = await suite.it.list('mailboxes');
    expect(mailboxes[0]).toMatchObject({
      mailbox: 'users/megan@contoso.com',
      inFlight: 0,
      maxInFlight: 4,
      refused: { concurrency: 1 },
    });
  });

  it('refuses bytes over the window, PUTs counting for the app that made the session, and says when there is room', async () => {
    await throttle({ bytes: 4 * MiB });
    const url = await suite.it.openSession(SEEDED.draft, size);
    expect((await suite.it.put(url, bytes.subarray(0, 3 * MiB), 0, size)).status).toBe(200);
    suite.it.nowMs += 60_000;
    const refused = await suite.it.put(url, bytes.subarray(3 * MiB), 3 * MiB, size);
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '240']);
    expect(refused.json.error.message).toContain('IncomingBytes');
    suite.it.nowMs += 240_000;
    expect((await suite.it.put(url, bytes.subarray(3 * MiB), 3 * MiB, size)).status).toBe(201);
    const [mailbox] = await suite.it.list('mailboxes');
    expect(mailbox).toMatchObject({ bytesAdmitted: size, peakWindowBytes: 3 * MiB, refused: { bytes: 1 }, share: 1.5 });
  });

  it('counts what it refused where it is told to', async () => {
    await throttle({ bytes: 4 * MiB, countRefused: true });
    const url = await suite.it.openSession(SEEDED.draft, size);
    await suite.it.put(url, bytes.subarray(0, 3 * MiB), 0, size);
    suite.it.nowMs += 60_000;
    await suite.it.put(url, bytes.subarray(3 * MiB), 3 * MiB, size);
    suite.it.nowMs += 240_000;
    expect((await suite.it.put(url, bytes.subarray(3 * MiB), 3 * MiB, size)).headers['retry-after']).toBe('300');
  });

  it.each([
    ['integer', '300'],
    ['fractional', '300.000'],
    ['one', '1'],
    ['none', undefined],
  ])('writes Retry-After as configured: %s', async (retryAfter, expected) => {
    await throttle({ bytes: MiB, retryAfter });
    const url = await suite.it.openSession(SEEDED.draft, size);
    const refused = await suite.it.put(url, bytes.subarray(0, 2 * MiB), 0, size);
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, expected]);
  });

  it('can be switched off', async () => {
    await throttle({ bytes: 1, enabled: false });
    const url = await suite.it.openSession(SEEDED.draft, size);
    expect((await suite.it.upload(url, bytes)).status).toBe(201);
  });

  it('fits a file of 150 MiB and its session into one window', async () => {
    const room = 157_286_400;
    await throttle({ bytes: room });
    expect((await suite.it.control('GET', 'config')).throttling).toMatchObject({
      bytes: room,
      windowMs: 300_000,
      freeBytes: 4096,
    });
    await suite.it.openSession(SEEDED.draft, room);
    expect((await suite.it.list('mailboxes'))[0]!.bytesAdmitted).toBe(0);
  });
});

import { HTTP } from 'cloudevents';
import { Webhook } from 'standardwebhooks';
import { attemptCallback } from '../../../src/app/callbacks/attempt';
import type { LogLine } from '../../../src/core/job/log';
import { watchCallbacks } from '../../../src/app/callbacks/watch';
import { CallbackWorld, callbackWorld, secrets, url } from './callbackWorld';

let w: CallbackWorld;
let lines: LogLine[];
beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
  w = callbackWorld();
  lines = [];
});
afterEach(() => void jest.useRealTimers());

const attempt = (id: string) => attemptCallback(id, w.deps, (line) => lines.push(line));
const state = async (id: string) => (await w.deps.callbacks.all.get(id))?.value;
const open = async () => (await w.deps.callbacks.open.list()).map(({ id }) => id);

describe('a callback', () => {
  it('is a CloudEvent that every secret has signed, at the time of its attempt', async () => {
    const { id } = await w.accept();
    await w.ends(id);
    w.answers.push({ kind: 'none', why: 'x' });
    const first = await attempt(id);
    w.later(first.kind === 'later' ? first.at - w.deps.clock() : 0);
    expect(await attempt(id)).toEqual({ kind: 'over' });
    expect(w.posted).toHaveLength(2);
    for (const { headers, body, at } of w.posted) {
      jest.setSystemTime(at); // the verifier takes five minutes of age
      for (const secret of secrets) expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
      expect(() => new Webhook(`whsec_${Buffer.alloc(32, 9).toString('base64')}`).verify(body, headers)).toThrow();
      const event = HTTP.toEvent({ headers, body });
      expect(event).toMatchObject({
        id: headers['webhook-id'],
        type: 'blobtooutlook.upload.succeeded',
        subject: `/api/uploads/${id}`,
        data: { id, status: 'succeeded', name: 'q3.pdf' },
      });
    }
    const [one, two] = w.posted;
    expect([one!.url, one!.headers['webhook-id'], one!.body]).toEqual([url, two!.headers['webhook-id'], two!.body]);
    expect(one!.headers['webhook-timestamp']).not.toBe(two!.headers['webhook-timestamp']);
    expect(one!.headers['webhook-id']).not.toContain('.');
    expect([await state(id), await open()]).toMatchObject([{ status: 'delivered', attempts: 2, lastStatus: 204 }, []]);
  });

  it('is told once of two at the same instant, and not before its time', async () => {
    const { id } = await w.accept();
    await w.ends(id);
    w.answers.push({ kind: 'answer', status: 500 });
    await Promise.all([attempt(id), attempt(id)]);
    await attempt(id);
    expect(w.posted).toHaveLength(1);
  });

  it('is not told while the upload runs', async () => {
    const { id } = await w.accept();
    expect([await attempt(id), w.posted, await open()]).toEqual([{ kind: 'over' }, [], [id]]);
  });

  it.each([
    ['410', { kind: 'answer', status: 410 } as const, { reason: 'gone', status: 410 }],
    ['an address that must not be called', { kind: 'private', why: 'x' } as const, { reason: 'addressRefused' }],
  ])('is given up after %s, and the log names no address', async (_what, answer, why) => {
    const { id } = await w.accept();
    await w.ends(id, 'failed');
    w.answers.push(answer);
    expect([await attempt(id), (await state(id))?.status, await open()]).toEqual([{ kind: 'over' }, 'failed', []]);
    expect(lines).toEqual([{ event: 'callbackGivenUp', uploadId: id, attempts: 1, ...why }]);
  });

  it('waits while the settings forbid it, and keeps what was answered before', async () => {
    const { id } = await w.accept();
    await w.ends(id);
    w.answers.push({ kind: 'answer', status: 500 });
    await attempt(id);
    const right = w.deps.settings;
    w = { ...w, deps: { ...w.deps, settings: { ...right, webhookSecrets: [] } } };
    w.later(60_000);
    await attempt(id);
    expect(w.posted).toHaveLength(1);
    expect(await state(id)).toMatchObject({ status: 'pending', attempts: 2, lastStatus: 500 });
    w = { ...w, deps: { ...w.deps, settings: right } };
    w.later(600_000);
    w.answers.push({ kind: 'answer', status: 204 });
    await attempt(id);
    expect(await state(id)).toMatchObject({ status: 'delivered', attempts: 3, lastStatus: 204 });
  });

  it('is not told where its record is gone', async () => {
    const { id } = await w.accept();
    await w.records.remove(id);
    await attempt(id);
    expect([w.posted, (await state(id))?.status]).toEqual([[], 'failed']);
  });

  it('waits as long as Retry-After says', async () => {
    const { id } = await w.accept();
    await w.ends(id);
    w.answers.push({ kind: 'answer', status: 429, retryAfter: '7200' });
    expect(await attempt(id)).toEqual({ kind: 'later', at: w.deps.clock() + 7_200_000 });
    expect(await state(id)).toMatchObject({ status: 'pending', attempts: 1, lastStatus: 429 });
  });
});

describe('the watch of callbacks', () => {
  const failures: unknown[] = [];
  const watch = async () => {
    const steps = { until: Infinity, clock: () => w.deps.clock(), failed: (cause: unknown) => failures.push(cause) };
    await watchCallbacks(w.deps, w.deps.instances, steps);
    expect(failures).toEqual([]);
  };

  it('starts what has ended and nobody tells, and leaves the rest', async () => {
    const running = await w.accept();
    const over = await w.accept(url, 'over.pdf');
    await w.ends(over.id);
    await watch();
    expect(w.started).not.toContain(`${over.id}-callback`); // whoever wrote the end starts it
    w.later(60_000);
    await watch();
    expect(w.started.filter((id) => id.endsWith('-callback'))).toEqual([`${over.id}-callback`]);
    await watch(); // it runs
    expect(w.started.filter((id) => id.endsWith('-callback'))).toHaveLength(1);
    expect(await open()).toEqual([running.id, over.id]);
  });

  it('starts again what the platform lost in between two attempts', async () => {
    const { id } = await w.accept();
    await w.ends(id);
    w.answers.push({ kind: 'answer', status: 500 });
    const said = await attempt(id);
    w.later(30_000);
    await watch();
    expect(w.started).not.toContain(`${id}-callback`);
    w.later(said.kind === 'later' ? 60_000 : 0);
    await watch();
    expect(w.started).toContain(`${id}-callback`);
  });

  it('forgets what an acceptance left that died', async () => {
    await w.deps.callbacks.all.insert(
      'x',
      {
        id: 'x',
        kind: 'upload',
        sealedUrl: 's',
        status: 'pending',
        attempts: 0,
        lastStatus: null,
        nextAttemptAt: null,
      },
      w.deps.clock(),
    );
    await w.deps.callbacks.open.insert('x', { id: 'x', kind: 'upload', at: w.deps.clock() }, w.deps.clock());
    await watch();
    expect(await open()).toEqual(['x']);
    w.later(2 * 3_600_000);
    await watch();
    expect([await open(), await state('x')]).toEqual([[], undefined]);
  });
});

import fc from 'fast-check';
import { acquire, askAgainMs, isIdle, release, shortList } from '../../../src/core/mailbox/mailbox';
import { emptyMailbox } from '../../../src/core/mailbox/state';
import { limits, MailboxModel, MiB, minute, Plan, s } from './mailboxModel';

const fiveLarge = (rangeMs = 500): Plan[] =>
  ['a', 'b', 'c', 'd', 'e'].map((id, i) => ({ id, bytes: 150 * MiB, at: i * 50, rangeMs }));
const waited = (model: MailboxModel, { id, at }: Plan): number => (model.trace(id).enteredAt ?? Infinity) - at;

describe('bytes of a mailbox', () => {
  it('never hold up a single file of 150 MiB', () => {
    const model = new MailboxModel([{ id: 'a', bytes: 150 * MiB, at: 0, rangeMs: 150 }]).run();
    expect([model.trace('a').denials, model.trace('a').endedAt]).toEqual([0, 40 * 150]);
  });

  it.each([150, 500, 1000])('are used to 95 %%, in order, never more, by five of 150 MiB at %i ms a PUT', (rangeMs) => {
    const model = new MailboxModel(fiveLarge(rangeMs)).run();
    const last = Math.max(...model.sent.map(({ at }) => at));
    const full = Math.floor(last / (5 * minute)) * 5 * minute;
    expect(model.peakBytes()).toBeLessThanOrEqual(limits.bytesPerWindow);
    expect(model.share(0, full)).toBeGreaterThanOrEqual(0.95);
    expect(model.share(5 * minute, full)).toBeGreaterThanOrEqual(0.95);
    const ends = model.traces.map(({ endedAt }) => endedAt ?? Infinity);
    expect(ends).toEqual([...ends].sort((a, b) => a - b));
  });
});

describe('a small file', () => {
  it.each([0, 1, 10, 60, 200, 250, 265, 290, 299, 310, 700])(
    'that comes %i s after five of 150 MiB waits a minute at most',
    (second) => {
      const small = { id: 'small', bytes: 1_400_000, at: second * s + 300 };
      const model = new MailboxModel([...fiveLarge(), small]).run();
      expect(waited(model, small)).toBeLessThanOrEqual(minute);
      expect(model.peakBytes()).toBeLessThanOrEqual(limits.bytesPerWindow);
    },
  );

  it('waits a minute at most also as one of twenty', () => {
    const small = Array.from({ length: 20 }, (_, i) => ({
      id: `s${i}`,
      bytes: 1_400_000,
      at: 400 + i * 20,
      rangeMs: 600,
    }));
    const model = new MailboxModel([...fiveLarge(200), ...small]).run();
    expect(Math.max(...small.map((one) => waited(model, one)))).toBeLessThanOrEqual(minute);
    expect(model.peakBytes()).toBeLessThanOrEqual(limits.bytesPerWindow);
  });

  it('waits a minute at most whenever it comes', () => {
    const times = fc.integer({ min: 0, max: 24 * minute });
    fc.assert(
      fc.property(times, fc.integer({ min: 100, max: 1_400_000 }), (at, bytes) => {
        const small = { id: 'small', bytes, at };
        expect(waited(new MailboxModel([...fiveLarge(400), small]).run(), small)).toBeLessThanOrEqual(minute);
      }),
      { numRuns: 60 },
    );
  });
});

describe('many uploads', () => {
  it('go on when one of them dies', () => {
    const [first, ...others] = fiveLarge();
    const model = new MailboxModel([{ ...first!, diesAfter: 2 }, ...others]).run();
    for (const { endedAt } of model.traces.slice(1)) expect(endedAt).toBeLessThan(60 * minute);
  });

  it('are remembered in a bounded state, and all get done: a thousand at once', () => {
    const plans = Array.from({ length: 1000 }, (_, i) => ({
      id: `u${i}`,
      bytes: i % 10 === 0 ? 20 * MiB : 40_000,
      at: i * 3,
      rangeMs: 300,
    }));
    const model = new MailboxModel(plans).run(24 * 60 * minute);
    expect(model.traces.filter(({ endedAt }) => endedAt === undefined)).toEqual([]);
    expect(model.most.waiting).toBeLessThanOrEqual(48);
  });
});

const bytes = fc.oneof(
  fc.integer({ min: 1, max: 3 * MiB - 1 }),
  fc.integer({ min: 3 * MiB, max: 20 * MiB }),
  fc.integer({ min: 3 * MiB, max: 150 * MiB }),
);
const arrival = fc.record({
  bytes,
  item: fc.constantFrom('n1', 'n2', undefined, undefined),
  at: fc.integer({ min: 0, max: 12 * minute }),
  rangeMs: fc.integer({ min: 20, max: 8 * s }),
  lagMs: fc.integer({ min: 0, max: 800 }),
  repeats: fc.boolean(),
});
const rest = fc.oneof(
  fc.constant({}),
  fc.record({
    rests: fc.record({
      afterRanges: fc.integer({ min: 0, max: 3 }),
      ms: fc.integer({ min: 2 * s, max: 90 * minute }),
      dies: fc.boolean(),
    }),
  }),
);
const arrivals = (most: number) =>
  fc.array(fc.tuple(arrival, rest), { minLength: 1, maxLength: most }).map((drawn) =>
    drawn.map(([{ item, ...one }, resting], i): Plan => ({
      ...one,
      ...resting,
      id: `u${i}`,
      ...(item === undefined ? {} : { item }),
    })),
  );

describe('whatever comes', () => {
  it('has four requests at once at most, three of large files, one commit on an item, and gets done', () => {
    fc.assert(
      fc.property(arrivals(14), (plans) => {
        const model = new MailboxModel(plans).run(48 * 60 * minute);
        expect(model.wrong).toEqual([]);
        expect(model.most.all).toBeLessThanOrEqual(4);
        expect(model.most.large).toBeLessThanOrEqual(3);
        expect(model.peakBytes()).toBeLessThanOrEqual(limits.bytesPerWindow * 1.05);
        expect(model.traces.filter(({ endedAt, diedAt }) => endedAt === undefined && diedAt === undefined)).toEqual([]);
        expect(isIdle(model.state, 49 * 60 * minute)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('is done in about the time that its bytes take, where nobody rests', () => {
    const awake = arrivals(12).map((plans) => plans.map(({ rests, ...one }): Plan => one));
    fc.assert(
      fc.property(awake, (plans) => {
        const model = new MailboxModel(plans).run(8 * 60 * minute);
        const last = Math.max(...model.traces.map(({ endedAt }) => endedAt ?? Infinity));
        const total = plans.reduce((sum, one) => sum + one.bytes, 0);
        const windows = Math.ceil(total / (limits.bytesPerWindow * 0.9));
        const alone = plans.reduce((sum, one) => sum + (one.bytes / 3_932_160 + 1) * (one.rangeMs ?? 0), 0);
        expect(last).toBeLessThanOrEqual(12 * minute + (windows + 1) * 5.2 * minute + alone);
      }),
      { numRuns: 100 },
    );
  });
});

it('gives no lock to an upload that names one which another holds', () => {
  const lockOf = (id: string) => ({ id, item: 'i', until: 60 * minute });
  const ask = { no: 1, isSmall: true, wantBytes: 0, leastBytes: 0, unusedBytes: 0 };
  const { mailbox } = acquire(emptyMailbox, { id: 'a', ...ask, lock: lockOf('a') }, limits, 0);
  const after = release(mailbox, { id: 'b', unusedBytes: 0, lock: lockOf('b') }, limits, s);
  expect(after.mailbox.locks).toEqual([lockOf('a')]);
});

it('wakes the waiter that a better one displaces from what is remembered: it is told when to come back', () => {
  const ask = (id: string) => ({ id, no: 1, isSmall: true, wantBytes: 1, leastBytes: 1, unusedBytes: 0 });
  const names = Array.from({ length: limits.concurrency + shortList }, (_, n) => `u${n + 10}`);
  const full = names.reduce((state, id) => acquire(state, ask(id), limits, 0).mailbox, emptyMailbox);
  expect(full.waiting).toHaveLength(shortList);

  const better = acquire(full, ask('u01'), limits, s);
  const last = names.at(-1) ?? '';
  expect(better.mailbox.waiting.map(({ id }) => id)).toContain('u01');
  expect(better.mailbox.waiting.map(({ id }) => id)).not.toContain(last);
  expect(better.wake).toEqual([last]);

  const told = acquire(better.mailbox, ask(last), limits, s);
  expect(told).toMatchObject({ wake: [] });
  expect('askAt' in told && told.askAt).toBeLessThan(s + askAgainMs / 10);
});

describe('a waiter that was woken', () => {
  const ask = (id: string, no = 1) => ({ id, no, isSmall: true, wantBytes: 1, leastBytes: 1, unusedBytes: 0 });
  const names = Array.from({ length: limits.concurrency }, (_, n) => `u${n + 10}`);
  const full = names.reduce((state, id) => acquire(state, ask(id), limits, 0).mailbox, emptyMailbox);
  const waiting = acquire(full, ask('u20'), limits, 0).mailbox;
  const free = release(waiting, { id: 'u10', unusedBytes: 1 }, limits, s);

  it('is not woken again while it is about to ask', () => {
    expect(free.wake).toEqual(['u20']);
    expect(release(free.mailbox, { id: 'u11', unusedBytes: 1 }, limits, 2 * s).wake).toEqual([]);
  });

  it('is woken again where nothing is heard of it', () => {
    expect(release(free.mailbox, { id: 'u11', unusedBytes: 1 }, limits, 8 * s).wake).toEqual(['u20']);
  });

  it('is woken again once it has asked in vain', () => {
    const taken = acquire(free.mailbox, ask('u05'), limits, 2 * s);
    expect(taken.permit).toBeDefined();
    const inVain = acquire(taken.mailbox, ask('u20', 2), limits, 2 * s);
    expect(inVain.permit).toBeUndefined();
    expect(release(inVain.mailbox, { id: 'u11', unusedBytes: 1 }, limits, 3 * s).wake).toEqual(['u20']);
  });
});

describe('an upload that locks an item', () => {
  const ask = (n: number, isSmall: boolean, item: string) => {
    const id = `u${10 + n}`;
    const bytes = { wantBytes: 1, leastBytes: 1, unusedBytes: 0 };
    return { id, no: 1, isSmall, ...bytes, lock: { id, item, until: 60 * minute } };
  };
  /** u10 asks last: the one that waits for the same item is behind so many others. */
  const isContended = (isSmall: boolean, others: number): boolean | undefined => {
    const inFront = Array.from({ length: limits.concurrency + others }, (_, n) => ask(n + 1, isSmall, `item${n}`));
    const all = [...inFront, ask(80, isSmall, 'same')];
    const busy = all.reduce((state, one) => acquire(state, one, limits, 0).mailbox, emptyMailbox);
    const room = release(busy, { id: 'u11', unusedBytes: 1 }, limits, 0).mailbox;
    const granted = acquire(room, ask(0, isSmall, 'same'), limits, 0);
    return granted.permit && 'isContended' in granted ? granted.isContended : undefined;
  };

  it('is told that another one waits for it', () => {
    expect(isContended(true, 0)).toBe(true);
    expect(isContended(false, 5)).toBe(true);
  });

  it('is not told of one whose turn is far, where it is small', () => {
    expect(isContended(true, limits.concurrency + 1)).toBe(false);
  });
});

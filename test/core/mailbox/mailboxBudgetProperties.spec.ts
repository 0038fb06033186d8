import fc from 'fast-check';
import { isIdle } from '../../../src/core/mailbox/mailboxBudget';
import { smallReserve } from '../../../src/core/mailbox/mailboxWindow';
import { limits, MailboxModel, MiB, minute, s, UploadPlan } from './mailboxModel';

const bytes = fc.oneof(
  fc.integer({ min: 1, max: 3 * MiB - 1 }),
  fc.integer({ min: 3 * MiB, max: 20 * MiB }),
  fc.integer({ min: 3 * MiB, max: 150 * MiB }),
);
const plan = fc.record({
  bytes,
  name: fc.constantFrom('n1', 'n2', undefined, undefined),
  at: fc.integer({ min: 0, max: 12 * minute }),
  rangeMs: fc.integer({ min: 20, max: 8 * s }),
  lagMs: fc.integer({ min: 0, max: 800 }),
  repeats: fc.boolean(),
});
const resting = fc.oneof(
  fc.constant({}),
  fc.record({
    rests: fc.record({
      afterRanges: fc.integer({ min: 0, max: 3 }),
      ms: fc.integer({ min: 2 * minute, max: 90 * minute }),
      dies: fc.boolean(),
    }),
  }),
);
type Drawn = Omit<UploadPlan, 'id'>;
const named = (drawn: readonly Drawn[]): UploadPlan[] =>
  drawn.map(({ name, ...one }, i) => ({ ...one, id: `u${i}`, ...(name === undefined ? {} : { name }) }));
const mailbox = (most: number) => fc.array(plan, { minLength: 1, maxLength: most }).map((all) => named(all as Drawn[]));
const bytesOf = (plans: readonly UploadPlan[]): number => plans.reduce((sum, one) => sum + one.bytes, 0);

describe('whatever comes to a mailbox', () => {
  it('no more places are taken than there are, large files leave one, and of one name there is one at a time', () => {
    fc.assert(
      fc.property(mailbox(20), (plans) => {
        const model = new MailboxModel(plans).run();
        expect(model.wrong).toEqual([]);
        expect(model.most.all).toBeLessThanOrEqual(4);
        expect(model.most.large).toBeLessThanOrEqual(3);
      }),
      { numRuns: 150 },
    );
  });

  it('the service never sees more bytes in five minutes than it takes; small files beside one that has it all may add their reserve', () => {
    fc.assert(
      fc.property(mailbox(14), (plans) => {
        const model = new MailboxModel(plans).run();
        const isSmall = (id: string): boolean => model.trace(id).isSmall;
        const hasSmall = plans.some(({ id }) => isSmall(id));
        expect(model.peakBytes(({ id }) => !isSmall(id))).toBeLessThanOrEqual(limits.bytesPerWindow);
        expect(model.peakBytes()).toBeLessThanOrEqual(limits.bytesPerWindow * (hasSmall ? 1 + smallReserve : 1));
      }),
      { numRuns: 150 },
    );
  });

  it('who rests takes no place and keeps its name; the dead free it, and everybody else gets done', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(plan, resting), { minLength: 1, maxLength: 14 }), (drawn) => {
        const plans = named(drawn.map(([one]) => one as Drawn)).map((one, i) => ({ ...one, ...drawn[i]![1] }));
        const model = new MailboxModel(plans).run(48 * 60 * minute);
        expect(model.wrong).toEqual([]);
        expect(model.most.all).toBeLessThanOrEqual(4);
        expect(model.most.large).toBeLessThanOrEqual(3);
        expect(model.peakBytes()).toBeLessThanOrEqual(limits.bytesPerWindow * (1 + smallReserve));
        const open = model.traces.filter(({ endedAt, diedAt }) => endedAt === undefined && diedAt === undefined);
        expect(open.map((one) => one.plan.id)).toEqual([]);
        const last = Math.max(...model.traces.map(({ endedAt, diedAt }) => endedAt ?? diedAt ?? 0));
        expect(isIdle(model.state, last + 50 * minute)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('everybody gets done, in about the time that the bytes take', () => {
    fc.assert(
      fc.property(mailbox(12), (plans) => {
        const model = new MailboxModel(plans).run(8 * 60 * minute);
        const lastAt = Math.max(...model.traces.map(({ endedAt }) => endedAt ?? Infinity));
        const windows = Math.ceil(bytesOf(plans) / (limits.bytesPerWindow * 0.9));
        const slowest = plans.reduce((sum, { bytes: size, rangeMs = 0 }) => sum + (size / 3_932_160 + 1) * rangeMs, 0);
        expect(lastAt).toBeLessThanOrEqual(12 * minute + (windows + 1) * 5.2 * minute + slowest);
      }),
      { numRuns: 150 },
    );
  });

  it('a small file waits 60 s at most behind five large ones', () => {
    const five = Array.from({ length: 5 }, (_, i) => ({ id: `large${i}`, bytes: 150 * MiB, at: 0, rangeMs: 400 }));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 24 * minute }), fc.integer({ min: 100, max: 1_400_000 }), (at, size) => {
        const model = new MailboxModel([...five, { id: 'small', bytes: size, at }]).run();
        expect(model.trace('small').enteredAt! - at).toBeLessThanOrEqual(minute);
      }),
      { numRuns: 60 },
    );
  });
});

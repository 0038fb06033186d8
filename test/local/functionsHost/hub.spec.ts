import { DurableTimers } from '../../../local/functionsHost/durable/durableTimers';
import type { HistoryEvent } from '../../../local/functionsHost/durable/history';
import type { Mail } from '../../../local/functionsHost/durable/mail';
import { Store } from '../../../local/functionsHost/store';
import { untilSo } from '../../support/heldTimers';
import { HubUnderTest } from './hubUnderTest';

// What the real host does in one instant, done here in one tick.
describe('two starts of one id in one instant', () => {
  let under: HubUnderTest;
  beforeEach(() => (under = new HubUnderTest()));
  afterEach(() => under.close());
  const startTwice = (id: string) => Promise.all([under.begin(id, 'x'), under.begin(id, 'y')]);
  /** While the hub stands still none of the starts can begin before the other is answered. */
  const runAll = async (): Promise<void> => {
    under.hub.start();
    await untilSo(() => under.hub.query({ statuses: ['Pending', 'Running'] }).length === 0);
    await under.hub.stop();
  };

  it('are both accepted, and one runs, with either input', async () => {
    const ids = Array.from({ length: 32 }, (_, index) => `race${index}`);
    for (const id of ids) expect(await startTwice(id)).toEqual([{ id }, { id }]);
    await runAll();
    expect(ids.map((id) => under.runsOf(id).length)).toEqual(ids.map(() => 1));
    expect(new Set(ids.flatMap((id) => under.runsOf(id)))).toEqual(new Set(['x', 'y']));
  });

  it('replace a finished instance once', async () => {
    await under.begin('again', 'first');
    await runAll();
    expect(await startTwice('again')).toEqual([{ id: 'again' }, { id: 'again' }]);
    await runAll();
    expect(under.runsOf('again')).toEqual(['first', expect.stringMatching(/^[xy]$/)]);
  });

  it('are both refused where an instance is active', async () => {
    await under.begin('active', 'first');
    expect(await startTwice('active')).toEqual([{ inTheWay: 'Pending' }, { inTheWay: 'Pending' }]);
    await runAll();
    expect(under.runsOf('active')).toEqual(['first']);
  });
});

describe('a termination', () => {
  let under: HubUnderTest;
  beforeEach(() => (under = new HubUnderTest()));
  afterEach(() => under.close());

  it('is a message: until it is taken up, a start under the same id is refused', async () => {
    await under.begin('ended', 'first');
    expect(under.hub.terminate('ended', 'enough')).toBe('accepted');
    expect(await under.begin('ended', 'second')).toEqual({ inTheWay: 'Pending' });
    under.hub.start();
    await untilSo(() => under.hub.query({ statuses: ['Terminated'] }).length === 1);
    expect(under.hub.terminate('ended', 'again')).toBe('finished');
    expect(await under.begin('ended', 'third')).toEqual({ id: 'ended' });
    await untilSo(() => under.hub.query({ statuses: ['Completed'] }).length === 1);
    expect(under.runsOf('ended')).toEqual(['third']);
  });
});

// Timers of the real host go out in whole seconds, the rest cut off: on a clock of our own, so to the millisecond.
describe('a durable timer', () => {
  let fired: { id: number | undefined; at: number }[];
  let timers: DurableTimers;
  let store: Store;
  const start = Date.UTC(2026, 0, 1);
  const mail = { toInstance: (_id: string, _execution: string, { TimerId }: HistoryEvent) => fired.push({ id: TimerId, at: Date.now() - start }) } as unknown as Mail; // prettier-ignore

  beforeEach(() => {
    jest.useFakeTimers({ now: start });
    fired = [];
    store = new Store(':memory:');
    timers = new DurableTimers(store, mail);
  });
  afterEach(() => {
    timers.stop();
    store.close();
    jest.useRealTimers();
  });

  it.each([
    [0, 0],
    [1000, 0],
    [1500, 1000],
    [2000, 1000],
    [3000, 2000],
    [3001, 3000],
    [600_500, 600_000],
  ])('for %i ms fires after %i ms', (askedMs, waitedMs) => {
    timers.schedule('i', 'e', 1, start + askedMs);
    jest.advanceTimersByTime(600_000);
    expect(fired).toEqual([{ id: 1, at: waitedMs }]);
  });

  it('fires in turn with others, and not once its instance is over', () => {
    timers.schedule('late', 'e', 1, start + 9_001);
    timers.schedule('over', 'e', 2, start + 5_001);
    timers.schedule('soon', 'e', 3, start + 4_001);
    timers.remove('over');
    jest.advanceTimersByTime(20_000);
    expect(fired).toEqual([
      { id: 3, at: 4_000 },
      { id: 1, at: 9_000 },
    ]);
  });

  it('that was due while the host was down fires at its start', () => {
    timers.schedule('i', 'e', 1, start + 60_000);
    timers.stop();
    jest.setSystemTime(start + 3_600_000);
    timers.start();
    jest.advanceTimersByTime(1);
    expect(fired).toEqual([{ id: 1, at: 3_600_000 }]);
  });
});

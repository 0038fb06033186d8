import type { OrchestrationHandler } from 'durable-functions';
import { isDone, settledHearing, sleepUntil } from '../../src/orchestrators/tasks';
import { HistoryEvent, historyEvent } from './support/history';
import { ReplayedOrchestration } from './support/replayed';

const second = 1000;
const nudge = (now: number): HistoryEvent => historyEvent('EventRaised', now, { Name: 'nudge', Input: 'null' });

/** Sleeps twice until its timer fires and once until it is nudged; then it tells others, and whether it was told meanwhile. */
const sleeper: OrchestrationHandler = function* (context) {
  const first = context.df.waitForExternalEvent('nudge');
  for (const at of [1, 2, 3]) yield* sleepUntil(context, at * 60 * second, [first]);
  const next = context.df.waitForExternalEvent('nudge');
  yield* settledHearing(context, context.df.callActivity('nudge', {}), next);
  return isDone(next);
};

describe('an event that comes while an activity runs', () => {
  let orchestration: ReplayedOrchestration;
  let activity: number;
  /** Of the last thing that it asked for. */
  const lastId = (): number => Math.max(...orchestration.history.map(({ EventId }) => EventId));

  beforeEach(async () => {
    orchestration = new ReplayedOrchestration(sleeper, 'sleeper', null);
    await orchestration.step(0, []);
    for (const now of [61 * second, 121 * second])
      await orchestration.step(now, [historyEvent('TimerFired', now, { TimerId: lastId() })]);
    await orchestration.step(122 * second, [nudge(122 * second)]);
    activity = lastId();
  });
  const done = (now: number): HistoryEvent =>
    historyEvent('TaskCompleted', now, { TaskScheduledId: activity, Result: 'null' });

  it('is heard, though the same event was waited for before', async () => {
    await orchestration.step(123 * second, [nudge(123 * second)]);
    expect((await orchestration.step(124 * second, [done(124 * second)])).end).toEqual({ output: true });
  });

  it('is not made up', async () => {
    expect((await orchestration.step(124 * second, [done(124 * second)])).end).toEqual({ output: false });
  });
});

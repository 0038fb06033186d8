import { type Action, ActionType } from '../../../local/functionsHost/durable/actions';
import { type HistoryEvent, historyEvent } from '../../../local/functionsHost/durable/history';
import { Replay } from '../../../local/functionsHost/durable/replay';

const start = new Date('2026-01-01T00:00:00Z');
const at = (seconds: number): Date => new Date(start.getTime() + seconds * 1000);
const began = (seconds = 0): HistoryEvent => historyEvent('OrchestratorStarted', {}, at(seconds));
const started = historyEvent('ExecutionStarted', { Name: 'o' });
const scheduled = (EventId: number, Name: string): HistoryEvent => historyEvent('TaskScheduled', { EventId, Name });
const timerCreated = (EventId: number): HistoryEvent => historyEvent('TimerCreated', { EventId });
const completed = (TaskScheduledId: number): HistoryEvent =>
  historyEvent('TaskCompleted', { TaskScheduledId, Result: 'null' });
const failed = (TaskScheduledId: number): HistoryEvent =>
  historyEvent('TaskFailed', { TaskScheduledId, Reason: '', Details: '' });
const fired = (TimerId: number): HistoryEvent => historyEvent('TimerFired', { TimerId });
const raised = (Name: string): HistoryEvent => historyEvent('EventRaised', { Name });

const call = (functionName: string): Action => ({ actionType: ActionType.CallActivity, functionName });
const retry = (functionName: string, maxNumberOfAttempts: number): Action => ({
  actionType: ActionType.CallActivityWithRetry,
  functionName,
  retryOptions: {
    firstRetryIntervalInMilliseconds: 1000,
    maxNumberOfAttempts,
    backoffCoefficient: 2,
    maxRetryIntervalInMilliseconds: 1500,
  },
});
const timer = (seconds: number, isCanceled = false): Action => ({
  actionType: ActionType.CreateTimer,
  fireAt: at(seconds).toISOString(),
  isCanceled,
});
const event = (externalEventName: string): Action => ({
  actionType: ActionType.WaitForExternalEvent,
  externalEventName,
});
const any = (...compoundActions: Action[]): Action => ({ actionType: ActionType.WhenAny, compoundActions });
const all = (...compoundActions: Action[]): Action => ({ actionType: ActionType.WhenAll, compoundActions });

function replay(actions: Action[], ...history: HistoryEvent[]): Replay {
  const result = new Replay(actions);
  for (const item of [began(), started, ...history]) result.feed(item);
  return result;
}
const fresh = (result: Replay): string[] =>
  result.fresh.map((item) => `${item.id} ${'name' in item ? item.name : item.kind}`);

it('schedules the next item once the one before has ended', () => {
  expect(fresh(replay([call('a'), call('b')]))).toEqual(['0 a']);
  expect(fresh(replay([call('a'), call('b')], scheduled(0, 'a'), completed(0)))).toEqual(['1 b']);
});

it('schedules all of a fan-out at once and waits for all, also after one has failed', () => {
  const actions = [all(call('a'), call('b')), call('c')];
  expect(fresh(replay(actions))).toEqual(['0 a', '1 b']);
  const half = [scheduled(0, 'a'), scheduled(1, 'b'), failed(0)];
  expect(fresh(replay(actions, ...half))).toEqual([]);
  expect(fresh(replay(actions, ...half, completed(1)))).toEqual(['2 c']);
});

it('goes on after the first of a race, and is held up by the other until it ends', () => {
  const actions = [any(call('a'), event('Cancel'))];
  const result = replay(actions, scheduled(0, 'a'), raised('Cancel'));
  expect([fresh(result), result.isHeldUp]).toEqual([[], true]);
  expect(replay(actions, scheduled(0, 'a'), raised('Cancel'), completed(0)).isHeldUp).toBe(false);
});

it('numbers retries by attempt and timer, one timer after the last attempt too', () => {
  const actions = [retry('a', 2), call('b')];
  const once = replay(actions, scheduled(0, 'a'), began(1), failed(0));
  expect(once.fresh).toEqual([{ kind: 'timer', id: 1, fireAt: at(2).getTime() }]);
  const twice = [scheduled(0, 'a'), failed(0), timerCreated(1), fired(1), scheduled(2, 'a'), began(9), failed(2)];
  expect(replay(actions, ...twice).fresh).toEqual([{ kind: 'timer', id: 3, fireAt: at(10.5).getTime() }]);
  expect(fresh(replay(actions, ...twice, timerCreated(3), fired(3)))).toEqual(['4 b']);
});

it('is not held up by a cancelled timer', () => {
  const history = [timerCreated(0), raised('Go')];
  expect(replay([any(timer(60), event('Go'))], ...history).isHeldUp).toBe(true);
  expect(replay([any(timer(60, true), event('Go'))], ...history).isHeldUp).toBe(false);
});

it('cuts a timer of more than six days into pieces of three', () => {
  const day = 86_400;
  const actions = [timer(7 * day), call('a')];
  expect(replay(actions).fresh).toEqual([{ kind: 'timer', id: 0, fireAt: at(3 * day).getTime() }]);
  const next = replay(actions, timerCreated(0), began(3 * day), fired(0));
  expect(next.fresh).toEqual([{ kind: 'timer', id: 1, fireAt: at(7 * day).getTime() }]);
  expect(
    fresh(replay(actions, timerCreated(0), began(3 * day), fired(0), timerCreated(1), began(7 * day), fired(1))),
  ).toEqual(['2 a']);
});

it('takes an event without regard to case', () => {
  const actions = [any(event('Go'), timer(60)), call('a')];
  expect(fresh(replay(actions, timerCreated(0), raised('go')))).toEqual(['1 a']);
});

it('gives an event to the last of several waiters', () => {
  const actions = [any(event('Go'), timer(60, true)), event('Go'), call('a')];
  expect(fresh(replay(actions, timerCreated(0), raised('Go')))).toEqual(['1 a']);
});

it('keeps for the next execution the events that come after continueAsNew, not those that nobody has read before', () => {
  const actions = [event('Go'), { actionType: ActionType.ContinueAsNew, input: 1 }];
  const result = replay(actions, raised('Other'), raised('Go'), raised('Go'), raised('Late'));
  expect(result.continueAsNew).toEqual({ input: 1 });
  expect(result.carriedOver.map(({ Name }) => Name)).toEqual(['Go', 'Late']);
});

it('drifts, as in Azure, when an activity is retried after its race was lost', () => {
  // the library gives `undo` the id after the retry, the extension the one before it
  const actions = [any(retry('put', 2), event('Cancel')), call('undo')];
  const history = [
    scheduled(0, 'put'),
    raised('Cancel'),
    failed(0),
    timerCreated(1),
    fired(1),
    scheduled(2, 'put'),
    completed(2),
  ];
  expect(() => replay(actions, ...history)).toThrow('Non-Deterministic workflow detected');
});

it.each([
  ['another name', [call('b')]],
  ['another kind', [timer(5)]],
  ['nothing', [event('x')]],
])('does not accept %s where the history holds an activity', (_, actions) => {
  expect(() => replay(actions, scheduled(0, 'a'))).toThrow('Non-Deterministic workflow detected');
});

it('names what the history holds and what the replay has in its place', () => {
  const child: Action = { actionType: ActionType.CallSubOrchestrator, functionName: 'child' };
  const before = 'A previous execution of this orchestration scheduled a sub-orchestration task with sequence ID 0';
  const created = historyEvent('SubOrchestrationInstanceCreated', { EventId: 0, Name: 'other' });
  expect(() => replay([child], created)).toThrow(
    `${before} and name 'other', but the current orchestration replay instead scheduled a sub-orchestration task named 'child'`,
  );
  expect(() => replay([timer(5)], created)).toThrow('instead produced a CreateTimerOrchestratorAction action');
  expect(() => replay([], timerCreated(0))).toThrow(
    `scheduled a timer task with sequence ID 0, but the current replay`,
  );
});

it('does not accept an entity message where the history holds a timer', () => {
  const signal: Action = { actionType: ActionType.SignalEntity, instanceId: '@e@k', operation: 'o' };
  expect(() => replay([signal], timerCreated(0))).toThrow('Non-Deterministic workflow detected');
});

it('refuses a retry timeout', () => {
  const action = retry('a', 2);
  const options = { ...action.retryOptions!, retryTimeoutInMilliseconds: 5 };
  expect(() => replay([{ ...action, retryOptions: options }])).toThrow('retryTimeoutInMilliseconds');
});

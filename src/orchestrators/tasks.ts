import type { OrchestrationContext, Task, TimerTask } from 'durable-functions';

/** Reading a task's state stands here alone: the next major version of durable-functions renames it. */
export const isDone = (task: Task): boolean => task.isCompleted;
export const hasFailed = (task: Task): boolean => task.isFaulted;

export const nowOf = (context: OrchestrationContext): number => context.df.currentUtcDateTime.getTime();

export type Waiting = Generator<Task, boolean, unknown>;

/**
 * Waits for `work`, or for one of `events` if that comes first: true when `work` is done. A failed task that wins
 * `Task.any` throws nothing (durable-functions 3.5.0), so its state is read afterwards.
 */
export function* raced(context: OrchestrationContext, work: Task, events: readonly Task[]): Waiting {
  yield context.df.Task.any([work, ...events]);
  return isDone(work);
}

/** Timers fire up to a second early: their delay is cut to whole seconds (facts/azure.md section 10). */
const earlyMs = 1000;

/**
 * Sleeps until `at` (ms) at least, less if an event comes: true when the time is over. An uncancelled timer would keep
 * the instance alive.
 */
export function* sleepUntil(context: OrchestrationContext, at: number, events: readonly Task[]): Waiting {
  const timer: TimerTask = context.df.createTimer(new Date(at + earlyMs));
  const slept = yield* raced(context, timer, events);
  if (!slept) timer.cancel();
  return slept;
}

/** The result of an activity, or undefined where it died or threw. */
export function* settled<T>(work: Task): Generator<Task, T | undefined, unknown> {
  try {
    return (yield work) as T;
  } catch {
    return undefined; // its text decides nothing: what the activity can know comes back as a value
  }
}

/** So often an activity may die before that is a fault of ours, which fails the orchestration for the operator to see. */
const mostDeaths = 20;

/**
 * The first and the last activity of an orchestration are done again for as long as it takes, until `isAnswer`: without them
 * nothing can be known or told.
 */
export function* insisted<T, A extends T>(
  context: OrchestrationContext,
  activity: string,
  input: unknown,
  isAnswer: (said: T) => said is A,
): Generator<Task, A, unknown> {
  for (let attempt = 1; ; attempt++) {
    const said = yield* settled<T>(context.df.callActivity(activity, input));
    if (said !== undefined && isAnswer(said)) return said;
    if (said === undefined && attempt >= mostDeaths)
      throw new Error(`The activity ${activity} failed ${mostDeaths} times: see its log.`);
    yield* sleepUntil(context, nowOf(context) + Math.min(60_000, 1000 * 2 ** attempt), []);
  }
}

import type { OrchestrationContext, Task, TimerTask } from 'durable-functions';

export type Steps<T> = Generator<Task, T, unknown>;

/** Reading a task's state stands here alone: the next major version of durable-functions renames it. */
export const isDone = (task: Task): boolean => task.isCompleted;
const hasFailed = (task: Task): boolean => task.isFaulted;

export const nowOf = (context: OrchestrationContext): number => context.df.currentUtcDateTime.getTime();

/** Timers fire up to a second early: their delay is cut to whole seconds. */
const earlyMs = 1000;

/** Sleeps until `at` (ms) at least, less if an event comes. An uncancelled timer would keep the instance alive. */
export function* sleepUntil(context: OrchestrationContext, at: number, events: readonly Task[]): Steps<void> {
  const timer: TimerTask = context.df.createTimer(new Date(at + earlyMs));
  yield context.df.Task.any([timer, ...events]);
  if (!isDone(timer)) timer.cancel();
}

/**
 * The result of a task, or undefined where its activity died or threw: its text decides nothing. A task that has completed is
 * not waited for again: durable-functions 3.5.0 would schedule it a second time.
 */
export function* settled<T>(work: Task): Steps<T | undefined> {
  if (!isDone(work)) {
    try {
      yield work;
    } catch {
      return undefined;
    }
  }
  return hasFailed(work) ? undefined : (work.result as T);
}

/** After so many crashes of the first or the last activity the orchestration fails, for the operator to see; the watch starts it again. */
const maxCrashes = 20;

/** The first and the last activity of a job are repeated until they answer: without them nothing can be known or told. */
export function* untilAnswered<T extends { readonly kind: string }>(
  context: OrchestrationContext,
  activity: string,
  input: unknown,
): Steps<T> {
  for (let attempt = 1; ; attempt++) {
    const said = yield* settled<T>(context.df.callActivity(activity, input));
    if (said && said.kind !== 'notReady') return said;
    if (!said && attempt >= maxCrashes)
      throw new Error(`The activity ${activity} failed ${maxCrashes} times: read its log.`);
    yield* sleepUntil(context, nowOf(context) + Math.min(60_000, 1000 * 2 ** attempt), []);
  }
}

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

/**
 * As `settled`, and hears an event that comes meanwhile. In durable-functions 3.5.0 an event goes to whichever task of its name was
 * yielded last, be it done already: one that is made and not yielded yet would miss it.
 */
export function* settledHearing<T>(context: OrchestrationContext, work: Task, event: Task): Steps<T | undefined> {
  if (!isDone(work) && !isDone(event)) yield context.df.Task.any([work, event]);
  return yield* settled<T>(work);
}

/** The first and the last activity of a job are tried so often in one history. */
const maxTries = 8;

/**
 * The first and the last activity of a job are repeated until they answer: without them nothing can be known or told. Undefined
 * where the app's settings stay wrong: the caller puts the history down and goes on trying. @throws Error where the activity
 * crashes again and again: the orchestration fails, for the operator to see, and the watch starts it again.
 */
export function* untilAnswered<T extends { readonly kind: string }>(
  context: OrchestrationContext,
  activity: string,
  input: unknown,
): Steps<T | undefined> {
  for (let tries = 1; ; tries++) {
    const said = yield* settled<T>(context.df.callActivity(activity, input));
    if (said && said.kind !== 'notReady') return said;
    if (tries >= maxTries && said) return undefined;
    if (tries >= maxTries) throw new Error(`The activity ${activity} failed ${maxTries} times: read its log.`);
    yield* sleepUntil(context, nowOf(context) + Math.min(60_000, 1000 * 2 ** tries), []);
  }
}

/** The same steps, with a count of how often they waited: each time is four rows of the history. */
export function* counted<T>(steps: Steps<T>, waits: { count: number }): Steps<T> {
  for (let next = steps.next(); ;) {
    if (next.done) return next.value;
    waits.count++;
    let answer: { readonly value: unknown } | { readonly error: unknown };
    try {
      answer = { value: yield next.value };
    } catch (error) {
      answer = { error };
    }
    next = 'error' in answer ? steps.throw(answer.error) : steps.next(answer.value);
  }
}

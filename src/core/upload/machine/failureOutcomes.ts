import { cleanupFailed, goneAfterAll } from './cleanupOutcomes';
import { lookAgain, surplusAgain, surplusUnknown, verifyAgain } from './lookOutcomes';
import type { Said } from './outcome';
import { itemNotFound, neverKnown, notVerified, problem, unclear, undo, unknown } from './progressChanges';
import { noting, onLastRange, Progress } from './progressState';
import { backoffMs, retryPolicy } from '../../retry';
import type { Problem } from '../../errors';
import { again, seedOf } from './waits';

/** What goes wrong with a step: waited for, looked into, or given up. */

/** The step did not do its work and is done again: what only looks or cleans up not for ever. */
export function notDone(p: Progress, now: number, tries = 1): Progress {
  const asked = p.asked?.do;
  if (asked === 'verifyAttachment') return verifyAgain(p, tries);
  if (asked === 'findSurplus') return surplusAgain(p);
  if (asked === 'findAttachment') return lookAgain(p, now);
  return asked === 'cancelUploadSession' || asked === 'removeAttachment' ? cleanupFailed(p, p.resumeAt, tries) : p;
}

/** The service's word is the floor; one that it repeats again and again is not its last. */
export function throttled(p: Progress, said: Said<'throttled'>, now: number): Progress {
  const own = backoffMs(retryPolicy.throttled, p.attempts + 1, seedOf(p));
  const waitMs = Math.max(said.retryAfterMs ?? 0, said.retryAfterMs === undefined || p.attempts > 2 ? own : 0);
  const resumeAt = now + waitMs;
  const waiting = { ...p, attempts: p.attempts + 1, resumeAt, waitingFor: 'throttled' as const };
  const q = noting(waiting, now, 'throttled', `for ${Math.ceil(waitMs / 1000)} s`);
  const told = p.place === 'held' && !p.undoing ? { ...q, throttledUntil: resumeAt } : q;
  // a busy mailbox is no reason to leave bytes uncompared before the deadline
  return p.asked?.do === 'verifyAttachment' && !p.removalFailed ? told : notDone(told, now);
}

/** It may have happened. What can attach is looked for before it is sent again; anything else is simply done again. */
export function uncertain(p: Progress, floorMs: number, now: number): Progress {
  const asked = p.asked?.do;
  if (asked === 'postAttachment' && p.way === 'reply')
    return undo(p, unknown('the reply that carries the file got no answer'), now);
  if (asked === 'postAttachment' || onLastRange(p)) return unclear(p, now, floorMs);
  const q = again(p, retryPolicy.transient, 'retry', now, floorMs);
  if (asked === 'uploadRange') return { ...q, querying: !p.noStatus };
  return asked === 'queryUploadSession' ? { ...q, querying: q.attempts < 3 } : notDone(q, now);
}

/** No such item, or not seen everywhere yet. One that was moved or sent has another id, and what we sent went with it. */
export function notFound(p: Progress, now: number): Progress {
  const q = again({ ...p, notFounds: p.notFounds + 1 }, retryPolicy.transient, 'retry', now);
  const isOver = q.notFounds >= retryPolicy.maxNotFound;
  if (p.asked?.do === 'verifyAttachment') return isOver && p.removalFailed ? goneAfterAll(q) : notDone(q, now);
  if (p.asked?.do === 'findSurplus') return notDone(q, now);
  if (!isOver) return q;
  return p.unclearSince === undefined ? undo(q, itemNotFound, now) : neverKnown(q, 'the item is not found any more');
}

const askedAgain: readonly string[] = ['verifyAttachment', 'findSurplus', 'cancelUploadSession', 'removeAttachment'];

/** No, and no again: what only looks or cleans up asks some more times, for less long. */
export function refused(p: Progress, why: Problem, now: number): Progress {
  const asked = p.asked?.do ?? '';
  if (asked === 'findAttachment') return notDone(again(p, retryPolicy.incident, 'retry', now), now);
  if (askedAgain.includes(asked)) return notDone(again(p, retryPolicy.transient, 'retry', now), now, 3);
  return undo(p, why, now);
}

/** The pinned version is no more. */
export function sourceGone(p: Progress, why: Problem, now: number): Progress {
  if (p.asked?.do === 'verifyAttachment')
    return notVerified(p, 'The blob was replaced or deleted before the attachment could be compared with it.');
  if (p.asked?.do === 'findSurplus') return surplusUnknown(p, 'the blob is gone, so copies of it cannot be told');
  if (p.unclearSince !== undefined)
    return neverKnown(p, 'the blob is gone, so what is on the item cannot be compared with it');
  return undo(p, why, now);
}

/**
 * The activity died or threw. What it may have done is unclear like a lost reply; too often in a row is a fault of ours.
 * There are no RetryOptions on purpose: one owner of retry. `decide` repeats the step by a timer when it has looked at
 * what the first run may have done, which a retry by the platform would not; and a task that retries by itself inside
 * `Task.any` leaves timers behind that hold up the instance (facts/azure.md 3.1, 3 and 7).
 */
export function crashed(p: Progress, now: number): Progress {
  const q = uncertain({ ...p, crashes: p.crashes + 1 }, 0, now);
  if (p.undoing || q.crashes < retryPolicy.maxCrashes || p.attached) return q;
  const detail = 'A step of this upload failed again and again by a fault of the app. See its log, then upload again.';
  return undo(q, problem('Internal', detail), now);
}

import { backoffMs, minutes, seconds } from '../retry';
import type { CallbackView } from '../upload/resource';

/** The callback of an upload or delivery, from its acceptance on. The URL may hold a secret in its query: it is sealed. */
export interface Callback {
  readonly id: string; // of the upload or delivery
  readonly kind: 'upload' | 'delivery';
  readonly sealedUrl: string;
  readonly status: CallbackView['status'];
  readonly attempts: number;
  /** The last answer; null: none yet, or no answer at all. */
  readonly lastStatus: number | null;
  readonly nextAttemptAt: number | null; // null until the end, and when it is over
  readonly firstAttemptAt?: number;
}

export const newCallback = (id: string, kind: Callback['kind'], sealedUrl: string): Callback => ({
  id,
  kind,
  sealedUrl,
  status: 'pending',
  attempts: 0,
  lastStatus: null,
  nextAttemptAt: null,
});

/** The event's id, the same for every attempt: receivers know a repeated one by it. It holds no dot. */
export const eventIdOf = ({ id }: Callback): string => `evt_${id}`;

const hours = (n: number): number => minutes(60 * n);
/** The waits after each attempt, as Standard Webhooks suggests: ten attempts within three days. */
const waits = [
  seconds(5),
  minutes(5),
  minutes(30),
  hours(2),
  hours(5),
  hours(10),
  hours(14),
  hours(18),
  hours(22),
] as const;
export const mostAttempts = waits.length + 1;
const mostMs = hours(72);

/**
 * What an attempt came to: an answer, or none. `notAllowed`: the settings of now forbid it, and nothing was sent. `refused`: there
 * is nothing to tell any more, or the address may never be called.
 */
export type Answer =
  | { readonly kind: 'answer'; readonly status: number; readonly retryAfterMs?: number }
  | { readonly kind: 'none' | 'notAllowed' }
  | { readonly kind: 'refused' };

/** An attempt is counted before it is made: one that dies has been made. */
export function begun(callback: Callback, now: number): Callback {
  const attempts = callback.attempts + 1;
  const firstAttemptAt = callback.firstAttemptAt ?? now;
  return after({ ...callback, attempts, firstAttemptAt }, undefined, now);
}

/** Whether an attempt may be made now. */
export const isDue = (callback: Callback, now: number): boolean =>
  callback.status === 'pending' && callback.attempts < mostAttempts && (callback.nextAttemptAt ?? now) <= now;

/** 2xx is success. 410 ends it. Everything else, a redirect too, is tried again while there are attempts and time. */
export function answered(callback: Callback, answer: Answer, now: number): Callback {
  const status = answer.kind === 'answer' ? answer.status : null;
  const lastStatus = answer.kind === 'notAllowed' ? callback.lastStatus : status;
  const told = { ...callback, lastStatus };
  if (status !== null && status >= 200 && status < 300) return over(told, 'delivered');
  if (answer.kind === 'refused' || status === 410) return over(told, 'failed');
  return after(told, answer.kind === 'answer' ? answer.retryAfterMs : undefined, now);
}

function after(callback: Callback, retryAfterMs: number | undefined, now: number): Callback {
  const wait = waits[callback.attempts - 1];
  const jittered = (ms: number): number =>
    backoffMs({ baseMs: ms, factor: 1, capMs: ms, jitter: 0.1 }, 1, `${callback.id}/${callback.attempts}`);
  const nextAttemptAt = wait === undefined ? Infinity : now + Math.max(jittered(wait), retryAfterMs ?? 0);
  return nextAttemptAt - (callback.firstAttemptAt ?? now) > mostMs
    ? over(callback, 'failed')
    : { ...callback, nextAttemptAt };
}

/** The URL stays: a retry of the upload is told there, too. */
const over = (callback: Callback, status: 'delivered' | 'failed'): Callback => ({
  ...callback,
  status,
  nextAttemptAt: null,
});

export const viewOf = ({ status, attempts, lastStatus, nextAttemptAt }: Callback): CallbackView => ({
  status,
  attempts,
  lastStatus,
  nextAttemptAt,
});

/** How long a repeat waits, as data: `baseMs * factor^(attempt - 1)`, at most `capMs`, less up to `jitter` of itself. */
export interface Backoff {
  readonly baseMs: number;
  readonly factor: number;
  readonly capMs: number;
  readonly jitter: number;
}

export const seconds = (n: number): number => n * 1000;
export const minutes = (n: number): number => n * 60_000;

/**
 * The waits and the bounds of an upload. What is not bounded here ends at the upload's deadline; the caps keep a day of
 * failures below some thousand events of history, which every step replays.
 */
export const retryPolicy = {
  transient: { baseMs: seconds(1), factor: 2, capMs: minutes(5), jitter: 0.25 },
  /** Without a `Retry-After`; with one, that is the floor. */
  throttled: { baseMs: seconds(5), factor: 2, capMs: minutes(5), jitter: 0.25 },
  /** 401 on a PUT: an incident at the service that may last for hours (facts/outlook.md, trap 5). */
  incident: { baseMs: seconds(5), factor: 4, capMs: minutes(15), jitter: 0.25 },
  storage: { baseMs: seconds(2), factor: 2, capMs: minutes(5), jitter: 0.25 },
  /** Looking for an attachment after an unclear end. */
  looking: { baseMs: seconds(1), factor: 2, capMs: seconds(15), jitter: 0 },
  /** Sending again after an unclear end that was looked into until it was settled. */
  resending: { baseMs: seconds(1), factor: 4, capMs: minutes(30), jitter: 0.25 },
  /** The app's settings are wrong: an operator is needed. */
  notReady: { baseMs: seconds(10), factor: 2, capMs: minutes(5), jitter: 0.25 },
  /** Asking the mailbox's pacer again; whoever leaves wakes the next one sooner. */
  admission: { baseMs: seconds(30), factor: 1.2, capMs: minutes(5), jitter: 0.25 },
  /** A young draft is not seen everywhere at once (trap 14): about 15 s. */
  maxNotFound: 5,
  /** Sessions lost or replaced because nothing moved. */
  maxLostSessions: 8,
  maxExpiredSessions: 48, // an outage of a day lets many expire
  /** The same offset again and again: so often before the session is replaced. */
  maxWithoutProgress: 6,
  maxCrashes: 6,
  /** So often at least the recovery of a lost upload asks its mailbox for its name, also when its deadline is over. */
  maxRefusalsOfLost: 5,
  maxVerifications: 12,
  maxCleanups: 8,
  maxWrongBytes: 2,
  /** A range must be able to end before the session does. */
  rangeMarginMs: seconds(5),
  rangeTimeoutMs: seconds(120),
  /** An upload renews its place in the mailbox's queue when it last spoke to it this long ago. */
  renewPlaceMs: minutes(10),
  /** A wait that ends later than this gives the place back. */
  restAfterMs: minutes(2),
} as const;

/**
 * The wait before attempt `attempt + 1`. The jitter comes from `seed` (the upload and the step), so that a replay
 * repeats it and two uploads differ.
 */
export function backoffMs(policy: Backoff, attempt: number, seed: string): number {
  const full = Math.min(policy.capMs, policy.baseMs * policy.factor ** Math.max(0, attempt - 1));
  return Math.round(full * (1 - policy.jitter * fractionOf(`${seed}/${attempt}`)));
}

/** A number in [0, 1) that depends on the text alone (FNV-1a, 32 bits). */
function fractionOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash / 2 ** 32;
}

/**
 * `Retry-After` in ms: whole or fractional seconds (Graph sends `2.128`), or an HTTP date, measured against the
 * service's own `Date` where it sent one. Undefined where it is neither; never negative, at most a day.
 */
export function parseRetryAfter(value: string | undefined, date: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? '';
  if (text === '') return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(Number(text) * 1000, minutes(24 * 60));
  const at = /^[a-z]/i.test(text) ? Date.parse(text) : NaN; // every form of an HTTP date begins with a weekday
  if (Number.isNaN(at)) return undefined;
  const serviceNow = date === undefined ? NaN : Date.parse(date);
  return Math.min(Math.max(0, at - (Number.isNaN(serviceNow) ? now : serviceNow)), minutes(24 * 60));
}

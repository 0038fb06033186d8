import {
  admit,
  expire,
  isTaken,
  leaseMs,
  mayEnter,
  next,
  restingOf,
  stillQueuing,
  waitingLeaseMs,
  without,
  withPlace,
} from './mailboxPlaces';
import type { BudgetLimits, MailboxState, Place, PlaceRequest, RestRequest } from './mailboxState';
import { grant, grantedBefore, hungerOf, settle } from './mailboxWindow';

export interface Decision {
  readonly state: MailboxState;
  readonly isAdmitted: boolean;
  /** Bytes that may be sent now, all in all. */
  readonly grantedBytes: number;
  /** When it is worth asking again, where that is known. */
  readonly until?: number;
}

/**
 * Asks for a place, or for more bytes on a place that is held, or only to keep it. Places are given here, bytes in mailboxWindow. Pure: the
 * durable entity around both is orchestrators/mailboxPacer.
 */
export function requestPlace(before: MailboxState, request: PlaceRequest, limits: BudgetLimits, now: number): Decision {
  const { uploadId, nameKey, isSmall } = request;
  const again = grantedBefore(before, request);
  if (again) return { state: before, isAdmitted: true, grantedBytes: again.bytes };
  const settled = settle(stillQueuing(expire(before, now), uploadId, now), uploadId, request.unusedBytes, now);
  const isHeld = settled.active.some((other) => other.uploadId === uploadId);
  const place: Place = { uploadId, nameKey, isSmall, leaseUntil: now + (isHeld ? leaseMs : waitingLeaseMs) };
  const hungry: Place = { ...place, hunger: hungerOf(request, now) };
  // nothing is kept for one that could not come in: another has its name, perhaps for hours
  const waits = isSmall && !isHeld && !isTaken(settled, place);
  const state = withPlace(settled, waits ? hungry : place, isHeld);
  if (isHeld && request.wantBytes === 0) return { state, isAdmitted: true, grantedBytes: 0 };
  if (now < state.blockedUntil) return notYet(state, state.blockedUntil);
  if (!isHeld && !mayEnter(state, place, limits)) return notYet(state);
  const admitted: Place = { ...place, leaseUntil: now + leaseMs };
  if (request.wantBytes === 0) return { state: admit(state, admitted), isAdmitted: true, grantedBytes: 0 };
  const bytes = grant(state, request, limits, now);
  if ('until' in bytes) return notYet(withPlace(state, hungry, isHeld), bytes.until);
  return {
    state: admit(state, admitted, bytes.booking),
    isAdmitted: true,
    grantedBytes: bytes.booking.bytes,
  };
}

/** Frees the place and says who may try now. */
export function leave(
  before: MailboxState,
  { uploadId, unusedBytes }: { readonly uploadId: string; readonly unusedBytes: number },
  limits: BudgetLimits,
  now: number,
): { state: MailboxState; wake: string[] } {
  const state = without(settle(expire(before, now), uploadId, unusedBytes, now), uploadId);
  return { state, wake: next(state, limits) };
}

/**
 * Frees the place of an upload that waits for long, and says who may try now. Its name stays taken: what is found under it on
 * the item must stay its own. Asked again before the lease ends it stays so; a name that another took meanwhile is not taken back.
 */
export function rest(
  before: MailboxState,
  { uploadId, nameKey, isSmall, unusedBytes }: RestRequest,
  limits: BudgetLimits,
  now: number,
): { state: MailboxState; wake: string[] } {
  const settled = settle(expire(before, now), uploadId, unusedBytes, now);
  const left = without(settled, uploadId);
  const place: Place = { uploadId, nameKey, isSmall, leaseUntil: now + leaseMs };
  const state = isTaken(left, place) ? left : { ...left, resting: [...restingOf(left), place] };
  return { state, wake: left.active.length < settled.active.length ? next(state, limits) : [] };
}

/** The service said 429: nobody of this mailbox sends before `until`. */
export function throttled(before: MailboxState, until: number, now: number): MailboxState {
  const state = expire(before, now);
  return { ...state, blockedUntil: Math.max(state.blockedUntil, until) };
}

/** Whether nothing is left to remember: the entity's state can be dropped. */
export const isIdle = (state: MailboxState, now: number): boolean => {
  const { active, waiting, resting, bookings, blockedUntil } = expire(state, now);
  return active.length + waiting.length + resting.length + bookings.length === 0 && blockedUntil <= now;
};

const notYet = (state: MailboxState, until?: number): Decision =>
  until === undefined
    ? { state, isAdmitted: false, grantedBytes: 0 }
    : { state, isAdmitted: false, grantedBytes: 0, until };

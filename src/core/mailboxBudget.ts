import type { Booking, BudgetLimits, MailboxState, Place, PlaceRequest } from './mailboxState';
import { grant, grantedBefore, hungerOf, settle } from './mailboxWindow';
import { minutes } from './retryPolicy';

/** A place that is not asked for again within this time is free: its upload is dead. */
export const leaseMs = minutes(45);
/** The same in the queue, where an upload asks at least every five minutes. */
export const waitingLeaseMs = minutes(12);

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
  const settled = settle(expire(before, now), uploadId, request.unusedBytes, now);
  const isHeld = settled.active.some((other) => other.uploadId === uploadId);
  const place: Place = { uploadId, nameKey, isSmall, leaseUntil: now + (isHeld ? leaseMs : waitingLeaseMs) };
  const hungry: Place = { ...place, hunger: hungerOf(request, now) };
  const state = withPlace(settled, isSmall && !isHeld ? hungry : place, isHeld);
  if (isHeld && request.wantBytes === 0) return { state, isAdmitted: true, grantedBytes: 0 };
  if (now < state.blockedUntil) return notYet(state, state.blockedUntil);
  if (!isHeld && !mayEnter(state, place, limits)) return notYet(state);
  const bytes = grant(state, request, limits, now);
  if ('until' in bytes) return notYet(withPlace(state, hungry, isHeld), bytes.until);
  return {
    state: admit(state, { ...place, leaseUntil: now + leaseMs }, bytes.booking),
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
  const settled = settle(expire(before, now), uploadId, unusedBytes, now);
  const others = (places: readonly Place[]): Place[] => places.filter((place) => place.uploadId !== uploadId);
  const state = { ...settled, active: others(settled.active), waiting: others(settled.waiting) };
  const wake = state.waiting.filter((place) => mayEnter(state, place, limits)).map((place) => place.uploadId);
  return { state, wake };
}

/** The service said 429: nobody of this mailbox sends before `until`. */
export function throttled(before: MailboxState, until: number, now: number): MailboxState {
  const state = expire(before, now);
  return { ...state, blockedUntil: Math.max(state.blockedUntil, until) };
}

/** Whether nothing is left to remember: the entity's state can be dropped. */
export const isIdle = (state: MailboxState, now: number): boolean => {
  const { active, waiting, bookings, blockedUntil } = expire(state, now);
  return active.length + waiting.length + bookings.length === 0 && blockedUntil <= now;
};

const notYet = (state: MailboxState, until?: number): Decision =>
  until === undefined
    ? { state, isAdmitted: false, grantedBytes: 0 }
    : { state, isAdmitted: false, grantedBytes: 0, until };

/** Whoever holds a place keeps its rank among them. */
function admit(state: MailboxState, place: Place, booking: Booking): MailboxState {
  const isHeld = state.active.some((other) => other.uploadId === place.uploadId);
  const renewed = state.active.map((other) => (other.uploadId === place.uploadId ? place : other));
  return {
    ...state,
    active: isHeld ? renewed : [...state.active, place],
    waiting: state.waiting.filter((other) => other.uploadId !== place.uploadId),
    bookings: [...state.bookings, booking],
  };
}

function expire(state: MailboxState, now: number): MailboxState {
  return {
    active: state.active.filter((place) => place.leaseUntil > now),
    waiting: state.waiting.filter((place) => place.leaseUntil > now),
    bookings: state.bookings.filter((booking) => booking.until > now),
    blockedUntil: state.blockedUntil,
  };
}

function withPlace(state: MailboxState, place: Place, isHeld: boolean): MailboxState {
  const renew = (places: readonly Place[]): Place[] =>
    places.map((other) => (other.uploadId === place.uploadId ? place : other));
  if (isHeld) return { ...state, active: renew(state.active) };
  const isKnown = state.waiting.some((other) => other.uploadId === place.uploadId);
  return { ...state, waiting: isKnown ? renew(state.waiting) : [...state.waiting, place] };
}

/**
 * First come first served within each kind. Large files never take the last place, small ones not while a large one has
 * waited longer; one name is sent once at a time, and does not hold up others.
 */
function mayEnter(state: MailboxState, place: Place, limits: BudgetLimits): boolean {
  const { active, waiting } = state;
  const isBusy = (other: Place): boolean => active.some(({ nameKey }) => nameKey === other.nameKey);
  if (isBusy(place)) return false;
  const index = waiting.findIndex((other) => other.uploadId === place.uploadId);
  const ahead = waiting.slice(0, index).filter((other) => !isBusy(other));
  if (ahead.some((other) => other.nameKey === place.nameKey)) return false;
  const isOneQueue = limits.concurrency === 1;
  const rivals = ahead.filter((other) => isOneQueue || other.isSmall === place.isSmall);
  const leavesOne = !isOneQueue && (!place.isSmall || ahead.some((other) => !other.isSmall));
  const ofItsKind = active.filter((other) => other.isSmall === place.isSmall).length;
  const room = Math.min(
    limits.concurrency - active.length,
    leavesOne ? limits.concurrency - 1 - ofItsKind : limits.concurrency,
  );
  return rivals.length < room;
}

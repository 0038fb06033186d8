import type { Booking, BudgetLimits, MailboxState, Place } from './mailboxState';
import { minutes } from '../retry';

/** Who has a place in a mailbox, who waits for one and who rests: the lists, and who may come in next. */

/** A place that is not asked for again within this time is free: its upload is dead. */
export const leaseMs = minutes(45);
/** The same in the queue, where an upload asks at least every five minutes. */
export const waitingLeaseMs = minutes(12);

/** A state that an older version wrote has none. */
export const restingOf = ({ resting = [] }: MailboxState): readonly Place[] => resting;

/** Who may try now. */
export const next = (state: MailboxState, limits: BudgetLimits): string[] =>
  state.waiting.filter((place) => mayEnter(state, place, limits)).map(({ uploadId }) => uploadId);

/** The state as it is when this upload is gone from all lists. */
export function without(state: MailboxState, uploadId: string): MailboxState {
  const others = (places: readonly Place[]): Place[] => places.filter((place) => place.uploadId !== uploadId);
  return {
    ...state,
    active: others(state.active),
    waiting: others(state.waiting),
    resting: others(restingOf(state)),
  };
}

/** Who rested keeps its name while it queues. */
export function stillQueuing(state: MailboxState, uploadId: string, now: number): MailboxState {
  const renewed = (place: Place): Place =>
    place.uploadId === uploadId ? { ...place, leaseUntil: now + waitingLeaseMs } : place;
  return { ...state, resting: restingOf(state).map(renewed) };
}

/** Whoever holds a place keeps its rank among them. */
export function admit(state: MailboxState, place: Place, booking?: Booking): MailboxState {
  const isHeld = state.active.some((other) => other.uploadId === place.uploadId);
  const renewed = state.active.map((other) => (other.uploadId === place.uploadId ? place : other));
  return {
    ...state,
    active: isHeld ? renewed : [...state.active, place],
    waiting: state.waiting.filter((other) => other.uploadId !== place.uploadId),
    resting: restingOf(state).filter((other) => other.uploadId !== place.uploadId),
    bookings: booking ? [...state.bookings, booking] : state.bookings,
  };
}

/** Places and bookings whose time is over are none. */
export function expire(state: MailboxState, now: number): Required<MailboxState> {
  const alive = (places: readonly Place[]): Place[] => places.filter(({ leaseUntil }) => leaseUntil > now);
  return {
    active: alive(state.active),
    waiting: alive(state.waiting),
    resting: alive(restingOf(state)),
    bookings: state.bookings.filter((booking) => booking.until > now),
    blockedUntil: state.blockedUntil,
  };
}

/** Renews the place that is held, or the one in the queue; whoever is in neither joins the queue at its end. */
export function withPlace(state: MailboxState, place: Place, isHeld: boolean): MailboxState {
  const renew = (places: readonly Place[]): Place[] =>
    places.map((other) => (other.uploadId === place.uploadId ? place : other));
  if (isHeld) return { ...state, active: renew(state.active) };
  const isKnown = state.waiting.some((other) => other.uploadId === place.uploadId);
  return { ...state, waiting: isKnown ? renew(state.waiting) : [...state.waiting, place] };
}

/** Whether another upload has the name. */
export const isTaken = (state: MailboxState, { uploadId, nameKey }: Place): boolean =>
  [...state.active, ...restingOf(state)].some((other) => other.nameKey === nameKey && other.uploadId !== uploadId);

/**
 * First come first served within each kind. Large files never take the last place, small ones not while a large one has
 * waited longer; one name is sent once at a time, and does not hold up others.
 */
export function mayEnter(state: MailboxState, place: Place, limits: BudgetLimits): boolean {
  const { active, waiting } = state;
  const isBusy = (other: Place): boolean => isTaken(state, other);
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

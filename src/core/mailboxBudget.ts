import { MiB } from './byteRange';

/**
 * Pacing of one mailbox: who may send how much when. The service allows an app 4 requests at once and 150 MB in
 * 5 minutes per mailbox (facts/outlook.md section 4). Pure: the durable entity around it is orchestrators/mailboxPacer.
 */
export interface BudgetLimits {
  readonly concurrency: number;
  readonly bytesPerWindow: number;
}

export interface PlaceRequest {
  readonly uploadId: string;
  /** Uploads with one key (an item and a name) run one after the other: then what is found on the item is ours. */
  readonly nameKey: string;
  /** Bytes that the upload still has to send; 0: only the place is wanted. */
  readonly wantBytes: number;
  /** Less than this is of no use to it: one range, or the whole POST. */
  readonly leastBytes: number;
  /** What was granted before and not sent: it is given back. */
  readonly unusedBytes: number;
  /** Below the border of the single POST: it is not held up by large files, neither by their places nor by their bytes. */
  readonly isSmall: boolean;
}

interface Place {
  readonly uploadId: string;
  readonly nameKey: string;
  readonly isSmall: boolean;
  readonly leaseUntil: number;
}
/** Bytes that count against the window until `until`; open while their upload may still be sending them. */
interface Booking {
  readonly uploadId: string;
  readonly bytes: number;
  readonly until: number;
  readonly isOpen: boolean;
}

export interface MailboxState {
  readonly active: readonly Place[];
  readonly waiting: readonly Place[];
  readonly bookings: readonly Booking[];
  readonly blockedUntil: number;
}

export const emptyMailbox: MailboxState = { active: [], waiting: [], bookings: [], blockedUntil: 0 };

export const windowMs = 5 * 60_000;
/** A place that is not asked for again within this time is free: its upload is dead. */
export const leaseMs = 45 * 60_000;
/** The same in the queue, where an upload asks at least every five minutes. */
export const waitingLeaseMs = 12 * 60_000;
/** While others want to send too, at most so much at a time: bytes then leave the window soon after they were sent. */
const grantBytes = 32 * MiB;
/** What large files leave of the window to small ones; and by so much small ones may exceed it where one has it all. */
const smallReserve = 0.04;

export interface Decision {
  readonly state: MailboxState;
  readonly isAdmitted: boolean;
  /** Bytes that may be sent now, all in all. */
  readonly grantedBytes: number;
  /** When it is worth asking again, where that is known. */
  readonly until?: number;
}

/** Asks for a place, or for more bytes on a place that is held, or only to keep it. */
export function requestPlace(before: MailboxState, request: PlaceRequest, limits: BudgetLimits, now: number): Decision {
  const { uploadId, nameKey, isSmall } = request;
  const settled = settle(expire(before, now), uploadId, request.unusedBytes, now);
  const isHeld = settled.active.some((other) => other.uploadId === uploadId);
  const place: Place = { uploadId, nameKey, isSmall, leaseUntil: now + (isHeld ? leaseMs : waitingLeaseMs) };
  const state = withPlace(settled, place, isHeld);
  if (isHeld && request.wantBytes === 0) return { state, isAdmitted: true, grantedBytes: 0 };
  if (now < state.blockedUntil) return notYet(state, state.blockedUntil);
  if (!isHeld && !mayEnter(state, place, limits)) return notYet(state);
  const bytes = grantFor(state, request, limits);
  if (bytes === undefined) return notYet(state, whenFree(state, missingBytes(state, request, limits)));
  const booking: Booking = { uploadId, bytes, until: now + leaseMs, isOpen: true };
  return {
    state: admit(state, { ...place, leaseUntil: now + leaseMs }, booking),
    isAdmitted: true,
    grantedBytes: bytes,
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

const admit = (state: MailboxState, place: Place, booking: Booking): MailboxState => ({
  ...state,
  active: [...state.active.filter((other) => other.uploadId !== place.uploadId), place],
  waiting: state.waiting.filter((other) => other.uploadId !== place.uploadId),
  bookings: [...state.bookings, booking],
});

function expire(state: MailboxState, now: number): MailboxState {
  return {
    active: state.active.filter((place) => place.leaseUntil > now),
    waiting: state.waiting.filter((place) => place.leaseUntil > now),
    bookings: state.bookings.filter((booking) => booking.until > now),
    blockedUntil: state.blockedUntil,
  };
}

/** What was granted before has been sent by now, less what was not: it leaves the window five minutes from here. */
function settle(state: MailboxState, uploadId: string, unusedBytes: number, now: number): MailboxState {
  const bookings = state.bookings.map((booking) =>
    booking.uploadId === uploadId && booking.isOpen
      ? { ...booking, bytes: Math.max(0, booking.bytes - unusedBytes), isOpen: false, until: now + windowMs }
      : booking,
  );
  return { ...state, bookings: bookings.filter(({ bytes }) => bytes > 0) };
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

const booked = (state: MailboxState): number => state.bookings.reduce((sum, booking) => sum + booking.bytes, 0);

const isAlone = (state: MailboxState, uploadId: string): boolean =>
  [...state.active, ...state.waiting].every((other) => other.uploadId === uploadId);

function freeBytes(state: MailboxState, { uploadId, isSmall }: PlaceRequest, limits: BudgetLimits): number {
  const share = isSmall ? 1 + smallReserve : isAlone(state, uploadId) ? 1 : 1 - smallReserve;
  return Math.max(0, Math.floor(limits.bytesPerWindow * share) - booked(state));
}

/** Enough to be worth a round trip: the next range at least. */
function enoughBytes({ wantBytes, leastBytes }: PlaceRequest, limits: BudgetLimits): number {
  return Math.max(leastBytes, Math.min(wantBytes, 8 * MiB, Math.floor(limits.bytesPerWindow / 8)));
}

/** What it may send now; undefined where that is not enough. With an empty window what cannot fit may go all the same. */
function grantFor(state: MailboxState, request: PlaceRequest, limits: BudgetLimits): number | undefined {
  const free = freeBytes(state, request, limits);
  if (free < enoughBytes(request, limits)) return booked(state) === 0 ? request.leastBytes : undefined;
  return Math.min(request.wantBytes, free, isAlone(state, request.uploadId) ? Infinity : grantBytes);
}

const missingBytes = (state: MailboxState, request: PlaceRequest, limits: BudgetLimits): number =>
  enoughBytes(request, limits) - freeBytes(state, request, limits);

/** When so many bytes more will have left the window; undefined while they are still being sent. */
function whenFree(state: MailboxState, bytes: number): number | undefined {
  let left = bytes;
  const closed = state.bookings.filter((booking) => !booking.isOpen).sort((a, b) => a.until - b.until);
  for (const booking of closed) {
    left -= booking.bytes;
    if (left <= 0) return booking.until;
  }
  return undefined;
}

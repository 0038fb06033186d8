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
  /** Bytes that the upload still has to send. */
  readonly wantBytes: number;
  /** Below the border of the single POST: it has a place of its own and is not held up by the byte window. */
  readonly isSmall: boolean;
}

interface Place extends PlaceRequest {
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
/** A place that is not asked for again within this time is free: its upload is dead. Longer than any wait between asks. */
export const leaseMs = 45 * 60_000;
/** At most so much at a time, so that bytes leave the window soon after they were really sent. */
const grantBytes = 32 * 1024 * 1024;
/** What large files leave of the window to small ones while others wait. */
const smallReserve = 0.04;

export interface Decision {
  readonly state: MailboxState;
  /** Bytes that may be sent now; 0: not yet. */
  readonly grantedBytes: number;
  /** When it is worth asking again, where that is known. */
  readonly until?: number;
}

/** Asks for a place, or for more bytes on a place that is held. */
export function requestPlace(before: MailboxState, request: PlaceRequest, limits: BudgetLimits, now: number): Decision {
  const state = settle(expire(before, now), request.uploadId, now);
  const place: Place = { ...request, leaseUntil: now + leaseMs };
  const held = state.active.some((other) => other.uploadId === request.uploadId);
  const queued = withPlace(state, place, held);
  if (now < state.blockedUntil) return { state: queued, grantedBytes: 0, until: state.blockedUntil };
  if (!held && !mayEnter(queued, place, limits)) return { state: queued, grantedBytes: 0 };

  const free = freeBytes(queued, place, limits);
  const needed = Math.min(request.wantBytes, grantBytes);
  if (!request.isSmall && free < Math.min(needed, minGrant(limits))) {
    return { state: queued, grantedBytes: 0, until: whenFree(queued, Math.min(needed, minGrant(limits)) - free) };
  }
  const granted = request.isSmall ? request.wantBytes : Math.min(needed, free);
  return {
    state: {
      ...queued,
      active: [...queued.active.filter((other) => other.uploadId !== place.uploadId), place],
      waiting: queued.waiting.filter((other) => other.uploadId !== place.uploadId),
      bookings: [...queued.bookings, { uploadId: place.uploadId, bytes: granted, until: now + leaseMs, isOpen: true }],
    },
    grantedBytes: Math.max(granted, 1),
  };
}

/** Frees the place and says who may try now. */
export function leave(
  before: MailboxState,
  uploadId: string,
  limits: BudgetLimits,
  now: number,
): { state: MailboxState; wake: string[] } {
  const settled = settle(expire(before, now), uploadId, now);
  const state = {
    ...settled,
    active: settled.active.filter((place) => place.uploadId !== uploadId),
    waiting: settled.waiting.filter((place) => place.uploadId !== uploadId),
  };
  const wake = state.waiting.filter((place) => mayEnter(state, place, limits)).map((place) => place.uploadId);
  return { state, wake: wake.slice(0, limits.concurrency) };
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

function expire(state: MailboxState, now: number): MailboxState {
  return {
    active: state.active.filter((place) => place.leaseUntil > now),
    waiting: state.waiting.filter((place) => place.leaseUntil > now),
    bookings: state.bookings.filter((booking) => booking.until > now),
    blockedUntil: state.blockedUntil,
  };
}

/** What was granted before has been sent by now: it leaves the window five minutes from here. */
function settle(state: MailboxState, uploadId: string, now: number): MailboxState {
  const bookings = state.bookings.map((booking) =>
    booking.uploadId === uploadId && booking.isOpen ? { ...booking, isOpen: false, until: now + windowMs } : booking,
  );
  return { ...state, bookings };
}

function withPlace(state: MailboxState, place: Place, held: boolean): MailboxState {
  const renew = (places: readonly Place[]): Place[] =>
    places.map((other) => (other.uploadId === place.uploadId ? place : other));
  if (held) return { ...state, active: renew(state.active) };
  const known = state.waiting.some((other) => other.uploadId === place.uploadId);
  return { ...state, waiting: known ? renew(state.waiting) : [...state.waiting, place] };
}

/** First come first served, except that one place is kept for small files and one name is sent once at a time. */
function mayEnter(state: MailboxState, place: Place, limits: BudgetLimits): boolean {
  if (state.active.some((other) => other.nameKey === place.nameKey)) return false;
  if (state.active.length >= limits.concurrency) return false;
  const ahead = state.waiting.slice(
    0,
    state.waiting.findIndex((other) => other.uploadId === place.uploadId),
  );
  if (ahead.some((other) => other.nameKey === place.nameKey)) return false;
  const largePlaces = Math.max(1, limits.concurrency - 1);
  if (!place.isSmall && state.active.filter((other) => !other.isSmall).length >= largePlaces) return false;
  const before = ahead.filter((other) => other.isSmall === place.isSmall && !blockedByName(state, other));
  const room = place.isSmall
    ? limits.concurrency - state.active.length
    : Math.min(
        limits.concurrency - state.active.length,
        largePlaces - state.active.filter((other) => !other.isSmall).length,
      );
  return before.length < room;
}

const blockedByName = (state: MailboxState, place: Place): boolean =>
  state.active.some((other) => other.nameKey === place.nameKey);

const booked = (state: MailboxState): number => state.bookings.reduce((sum, booking) => sum + booking.bytes, 0);

function freeBytes(state: MailboxState, place: Place, limits: BudgetLimits): number {
  const others = [...state.active, ...state.waiting].some((other) => other.uploadId !== place.uploadId);
  const share = others && !place.isSmall ? 1 - smallReserve : 1;
  return Math.max(0, Math.floor(limits.bytesPerWindow * share) - booked(state));
}

/** Less than this is not worth a round trip. */
const minGrant = (limits: BudgetLimits): number => Math.min(8 * 1024 * 1024, Math.floor(limits.bytesPerWindow / 8));

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

import { MiB } from './byteRange';
import type { Booking, BudgetLimits, MailboxState, Place, PlaceRequest } from './mailboxState';
import { minutes, retryPolicy, seconds } from './retryPolicy';

/** The service's five minutes, and a second for clocks that do not agree. */
export const windowMs = minutes(5) + seconds(1);
/** No byte of a grant is sent later than this: an upload asks again after `renewPlaceMs`, and its last range may still run. */
const openGrantMs = retryPolicy.renewPlaceMs + minutes(5);
/** At most so much at a time: bytes then leave the window soon after they were sent. More where nobody waits for them. */
const grantBytes = 16 * MiB;
const grantAloneBytes = 32 * MiB;
/** What large files leave of the window to small ones; by so much small ones may exceed it where one large file has it all. */
export const smallReserve = 0.03;
/** While bytes are being sent nobody knows when they leave the window: asked again after this. */
const askAgainMs = seconds(20);
/** Who was refused bytes goes before those behind it for so long; it asks at least every five minutes. */
const hungerMs = minutes(6);

/** What was granted before has been sent by now, less what was not: it leaves the window five minutes from here. */
export function settle(state: MailboxState, uploadId: string, unusedBytes: number, now: number): MailboxState {
  const bookings = state.bookings.map((booking) =>
    booking.uploadId === uploadId && booking.isOpen
      ? { ...booking, bytes: Math.max(0, booking.bytes - unusedBytes), isOpen: false, until: now + windowMs }
      : booking,
  );
  return { ...state, bookings: bookings.filter(({ bytes }) => bytes > 0) };
}

/** The same request again: what it was granted the first time. */
export function grantedBefore(state: MailboxState, { uploadId, askNo }: PlaceRequest): Booking | undefined {
  return state.bookings.find((one) => one.isOpen && one.uploadId === uploadId && one.askNo === askNo);
}

/** Bytes that may be sent now, or when it is worth asking again. */
export function grant(
  state: MailboxState,
  request: PlaceRequest,
  limits: BudgetLimits,
  now: number,
): { readonly booking: Booking } | { readonly until: number } {
  const free = freeBytes(state, request, limits, now);
  const enough = enoughBytes(request, limits);
  const isEmpty = state.bookings.length === 0;
  if (free < enough && !isEmpty) return { until: whenFree(state, enough - free, now) };
  // with an empty window what cannot fit may go all the same
  const bytes = free < enough ? request.leastBytes : pieceOf(request, free, isAlone(state, request.uploadId));
  const { uploadId, askNo } = request;
  return { booking: { uploadId, askNo, bytes, until: now + openGrantMs + windowMs, isOpen: true } };
}

/** What a request that was refused bytes is promised before others. */
export const hungerOf = (request: PlaceRequest, now: number): NonNullable<Place['hunger']> => ({
  bytes: Math.min(request.wantBytes, grantBytes),
  until: now + hungerMs,
});

const booked = (state: MailboxState): number => state.bookings.reduce((sum, { bytes }) => sum + bytes, 0);

const isAlone = (state: MailboxState, uploadId: string): boolean =>
  [...state.active, ...state.waiting].every((other) => other.uploadId === uploadId);

/** One large file that nobody waits for may use all of an otherwise empty window: it may be as large as that. */
const hasItAll = (state: MailboxState, uploadId: string): boolean =>
  isAlone(state, uploadId) && state.bookings.every((booking) => booking.uploadId === uploadId);

function freeBytes(state: MailboxState, request: PlaceRequest, limits: BudgetLimits, now: number): number {
  const { uploadId, isSmall } = request;
  const share = isSmall ? 1 + smallReserve : hasItAll(state, uploadId) ? 1 : 1 - smallReserve;
  const left = Math.floor(limits.bytesPerWindow * share) - booked(state) - promised(state, request, now);
  return Math.max(0, left);
}

/** Whoever was refused bytes before comes first; small files come before large ones. */
function promised(state: MailboxState, { uploadId, isSmall }: PlaceRequest, now: number): number {
  const inLine = [...state.active, ...state.waiting];
  const own = inLine.findIndex((place) => place.uploadId === uploadId);
  return inLine
    .filter(
      (place, index) =>
        place.uploadId !== uploadId && (place.isSmall ? !isSmall || index < own : !isSmall && index < own),
    )
    .reduce((sum, { hunger }) => sum + (hunger && hunger.until > now ? hunger.bytes : 0), 0);
}

/** Enough to be worth a round trip: the next range at least. */
function enoughBytes({ wantBytes, leastBytes, isSmall }: PlaceRequest, limits: BudgetLimits): number {
  const worthIt = isSmall ? wantBytes : Math.min(wantBytes, 8 * MiB, Math.floor(limits.bytesPerWindow / 8));
  return Math.max(leastBytes, worthIt);
}

/** A small file whole; of a large one whole ranges, so that nothing is given back. */
function pieceOf({ wantBytes, leastBytes, isSmall }: PlaceRequest, free: number, alone: boolean): number {
  if (isSmall) return wantBytes;
  const most = Math.min(free, alone ? grantAloneBytes : grantBytes);
  if (wantBytes <= most || leastBytes <= 0) return Math.min(wantBytes, most);
  return Math.max(leastBytes, Math.floor(most / leastBytes) * leastBytes);
}

/** When so many bytes more will have left the window, as far as that is known. */
function whenFree(state: MailboxState, bytes: number, now: number): number {
  let left = bytes;
  const closed = state.bookings.filter((booking) => !booking.isOpen).sort((a, b) => a.until - b.until);
  for (const booking of closed) {
    left -= booking.bytes;
    if (left <= 0) return booking.until;
  }
  return now + askAgainMs;
}

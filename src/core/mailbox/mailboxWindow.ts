import { MiB } from '../byteRange';
import type { Booking, BudgetLimits, MailboxState, Place, PlaceRequest } from './mailboxState';
import { minutes, retryPolicy, seconds } from '../retry';

/** The service's five minutes, and a second for clocks that do not agree. */
export const windowMs = minutes(5) + seconds(1);
/** No byte of a grant is sent later than this: an upload asks again after `renewPlaceMs`, and its last range may still run. */
const openGrantMs = retryPolicy.renewPlaceMs + minutes(5);
/** At most so much at a time: bytes then leave the window soon after they were sent. More where nobody waits for them. */
const grantBytes = 16 * MiB;
const grantAloneBytes = 32 * MiB;
/** Large files leave so much of the window to small ones, unless room for one comes within `patienceMs` anyway. */
export const smallReserve = 0.05;
const patienceMs = seconds(45);
/** The largest POST. */
const smallFileBytes = 4 * MiB;
/** What small files that wait may keep from large ones. */
const mostPromised = 0.25;
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
  const given = request.isSmall ? grantSmall(state, request, limits, now) : grantLarge(state, request, limits, now);
  const { uploadId, askNo, leastBytes, isSmall } = request;
  // with an empty window what cannot fit may go all the same
  const bytes = given.bytes ?? (state.bookings.length === 0 ? leastBytes : undefined);
  if (bytes === undefined) return { until: given.until ?? now + askAgainMs };
  return { booking: { uploadId, askNo, bytes, isSmall, until: now + openGrantMs + windowMs, isOpen: true } };
}

/** What a request that has to wait is promised before others. */
export const hungerOf = (request: PlaceRequest, now: number): NonNullable<Place['hunger']> => ({
  bytes: Math.min(request.wantBytes, grantBytes),
  until: now + hungerMs,
});

interface Given {
  readonly bytes?: number;
  readonly until?: number | undefined;
}

/** Whole, when there is room. Where that is minutes away because one large file had all, beyond the window by the reserve. */
function grantSmall(state: MailboxState, request: PlaceRequest, limits: BudgetLimits, now: number): Given {
  const { wantBytes } = request;
  const free = limits.bytesPerWindow - booked(state) - promised(state, request, now).small;
  if (wantBytes <= free) return { bytes: wantBytes };
  const until = whenFree(state, wantBytes - free);
  const ownBytes = state.bookings.reduce((sum, { bytes, isSmall }) => sum + (isSmall ? bytes : 0), 0);
  const isFar = until === undefined || until > now + patienceMs;
  const allowance = Math.max(limits.bytesPerWindow * smallReserve, smallFileBytes);
  return isFar && ownBytes + wantBytes <= allowance ? { bytes: wantBytes } : { until };
}

/** In pieces of whole ranges, so that nothing is given back. */
function grantLarge(state: MailboxState, request: PlaceRequest, limits: BudgetLimits, now: number): Given {
  const before = promised(state, request, now);
  const small = Math.min(before.small, Math.floor(limits.bytesPerWindow * mostPromised));
  const reserve = Math.ceil(limits.bytesPerWindow * smallReserve);
  const roomAt = whenFree(state, smallFileBytes);
  const openFrom = hasItAll(state, request.uploadId) ? now : roomAt === undefined ? Infinity : roomAt - patienceMs;
  const left = limits.bytesPerWindow - booked(state) - before.large;
  const free = left - Math.max(small, openFrom <= now ? 0 : reserve);
  const enough = Math.max(request.leastBytes, Math.min(request.wantBytes, 2 * request.leastBytes));
  if (free >= enough) return { bytes: pieceOf(request, free, isAlone(state, request.uploadId)) };
  const until = whenFree(state, enough - free) ?? Infinity;
  const first = Math.min(until, left - small >= enough ? openFrom : Infinity);
  return { until: Number.isFinite(first) ? first : undefined };
}

const booked = (state: MailboxState): number => state.bookings.reduce((sum, { bytes }) => sum + bytes, 0);

const isAlone = (state: MailboxState, uploadId: string): boolean =>
  [...state.active, ...state.waiting].every((other) => other.uploadId === uploadId);

/** One large file that nobody waits for may use all of an otherwise empty window: it may be as large as that. */
const hasItAll = (state: MailboxState, uploadId: string): boolean =>
  isAlone(state, uploadId) && state.bookings.every((booking) => booking.uploadId === uploadId);

/** Whoever was refused bytes before comes first; small files that wait for anything come before large ones. */
function promised(
  state: MailboxState,
  { uploadId, isSmall }: PlaceRequest,
  now: number,
): { small: number; large: number } {
  const inLine = [...state.active, ...state.waiting];
  const own = inLine.findIndex((place) => place.uploadId === uploadId);
  const bytesOf = (places: readonly Place[]): number =>
    places.reduce((sum, { hunger }) => sum + (hunger && hunger.until > now ? hunger.bytes : 0), 0);
  const ahead = inLine.slice(0, Math.max(0, own));
  return {
    small: bytesOf((isSmall ? ahead : inLine).filter((place) => place.isSmall)),
    large: bytesOf(ahead.filter((place) => !place.isSmall)),
  };
}

function pieceOf({ wantBytes, leastBytes }: PlaceRequest, free: number, alone: boolean): number {
  const most = Math.min(free, alone ? grantAloneBytes : grantBytes);
  if (wantBytes <= most || leastBytes <= 0) return Math.min(wantBytes, most);
  return Math.max(leastBytes, Math.floor(most / leastBytes) * leastBytes);
}

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

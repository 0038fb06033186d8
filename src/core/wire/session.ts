import { ByteRange, parseNextExpectedRanges } from '../byteRange';
import { minutes, seconds } from '../retry';

/** An upload session as the wire gave it. `uploadUrl` is a secret: it never leaves the activity that got it unsealed. */
export interface WireSession {
  readonly uploadUrl: string;
  readonly expiresAt: number; // ms since 1970; fixed, it never slides
  readonly missing: ByteRange[] | undefined;
}

/** An upload session at rest: the URL sealed, see SecretBox. */
export interface SealedSession {
  readonly sealedUrl: string;
  readonly expiresAt: number;
}

/** A property in whatever case the service chose today: keys differ even within one body (docs/outlook-facts.md#key-case). */
export function anyCase(body: unknown, name: string): unknown {
  if (typeof body !== 'object' || body === null) return undefined;
  const wanted = name.toLowerCase();
  return Object.entries(body).find(([key]) => key.toLowerCase() === wanted)?.[1];
}

/**
 * `createUploadSession`'s answer, or undefined where it is none. The expiry is told by the service's clock, which `date` (its
 * Date header) compares with ours (`now`, ms). Without a readable expiry it counts as one hour.
 */
export function parseUploadSession(
  body: unknown,
  totalBytes: number,
  now: number,
  date?: string,
): WireSession | undefined {
  const uploadUrl = anyCase(body, 'uploadUrl');
  if (typeof uploadUrl !== 'string' || uploadUrl === '') return undefined;
  return {
    uploadUrl,
    expiresAt: parseExpiry(body, now - serviceTime(date, now)) ?? now + 60 * 60 * 1000,
    missing: parseNextExpectedRanges(anyCase(body, 'nextExpectedRanges'), totalBytes),
  };
}

/** What a PUT's 200 or a status query says is still missing; undefined where the answer has no readable list. */
export function parseMissing(body: unknown, totalBytes: number): ByteRange[] | undefined {
  return parseNextExpectedRanges(anyCase(body, 'nextExpectedRanges'), totalBytes);
}

/** What differs by seconds is the way here, what differs by more than a day no clock. */
function serviceTime(date: string | undefined, now: number): number {
  const at = date === undefined ? NaN : Date.parse(date);
  const offMs = Math.abs(now - at);
  return offMs > seconds(5) && offMs < minutes(24 * 60) ? at : now;
}

/** Without a zone it is UTC, as all times of Graph; by itself JavaScript would take it for ours. */
function parseExpiry(body: unknown, aheadMs: number): number | undefined {
  const text = anyCase(body, 'expirationDateTime');
  if (typeof text !== 'string') return undefined;
  const at = Date.parse(/T[\d:.]+$/.test(text) ? `${text}Z` : text);
  return Number.isNaN(at) ? undefined : at + aheadMs;
}

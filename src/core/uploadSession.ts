import { ByteRange, parseNextExpectedRanges } from './byteRange';

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

/** A property in whatever case the service chose today: keys differ even within one body (facts/outlook.md, trap 1). */
export function anyCase(body: unknown, name: string): unknown {
  if (typeof body !== 'object' || body === null) return undefined;
  const wanted = name.toLowerCase();
  return Object.entries(body).find(([key]) => key.toLowerCase() === wanted)?.[1];
}

/** `createUploadSession`'s answer, or undefined where it is none. Without a readable expiry it counts as one hour. */
export function parseUploadSession(body: unknown, totalBytes: number, now: number): WireSession | undefined {
  const uploadUrl = anyCase(body, 'uploadUrl');
  if (typeof uploadUrl !== 'string' || uploadUrl === '') return undefined;
  return {
    uploadUrl,
    expiresAt: parseExpiry(body) ?? now + 60 * 60 * 1000,
    missing: parseNextExpectedRanges(anyCase(body, 'nextExpectedRanges'), totalBytes),
  };
}

/** What a PUT's 200 or a status query says is still missing; undefined where the answer has no readable list. */
export function parseMissing(body: unknown, totalBytes: number): ByteRange[] | undefined {
  return parseNextExpectedRanges(anyCase(body, 'nextExpectedRanges'), totalBytes);
}

function parseExpiry(body: unknown): number | undefined {
  const text = anyCase(body, 'expirationDateTime');
  if (typeof text !== 'string') return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}

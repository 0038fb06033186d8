import { createHash } from 'node:crypto';

/** A strong ETag: the same for the same bytes. */
export const etagOf = (body: string): string =>
  `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;

/** Whether `If-None-Match` names this ETag, compared weakly (RFC 9110, 13.1.2). */
export function namesETag(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false;
  const tags = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(etag) || tags.includes('*');
}

const longestWaitSeconds = 60;

/** Seconds of `Prefer: wait=N` (RFC 7240), at most 60. Undefined where none is asked for in a way that can be read. */
export function waitSeconds(prefer: string | null): number | undefined {
  const match = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:[,;]|$)/i.exec(prefer ?? '');
  return match ? Math.min(Number(match[1]), longestWaitSeconds) : undefined;
}

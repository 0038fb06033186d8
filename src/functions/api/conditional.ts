import fresh from 'fresh';

/** Whether `If-None-Match` names this ETag, compared weakly (RFC 9110, 13.1.2). */
export function namesETag(ifNoneMatch: string | null, etag: string): boolean {
  return ifNoneMatch !== null && fresh({ 'if-none-match': ifNoneMatch.trim() }, { etag });
}

const longestWaitSeconds = 60;

/** Seconds of `Prefer: wait=N` (RFC 7240), at most 60. Undefined where none is asked for in a way that can be read. */
export function waitSeconds(prefer: string | null): number | undefined {
  const match = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:[,;]|$)/i.exec(prefer ?? '');
  return match ? Math.min(Number(match[1]), longestWaitSeconds) : undefined;
}

import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { etagOf, namesETag, waitSeconds } from './conditional';

/** A resource as JSON with its ETag, and when to ask again while it is not final. */
export interface Rendered {
  readonly body: string;
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
}

export function renderJson(resource: unknown, askAgainSeconds: number | undefined): Rendered {
  const body = JSON.stringify(resource);
  const etag = etagOf(body);
  const headers = {
    'content-type': 'application/json',
    'cache-control': 'no-cache',
    etag,
    ...(askAgainSeconds === undefined ? {} : { 'retry-after': String(askAgainSeconds) }),
  };
  return { body, etag, headers };
}

/** A status that waits until a time (ms) is asked for again then, from 1 to 5 s on. */
export function askAgainSeconds(waitingUntil: number | undefined, now: number): number {
  return Math.min(Math.max(Math.ceil(((waitingUntil ?? now) - now) / 1000), 1), 5);
}

/**
 * GET with `If-None-Match` and `Prefer: wait=N`: `whenChanged` holds until the resource is another than the known one, is
 * final, or time is up.
 */
export async function conditionalGet(
  request: HttpRequest,
  arrival: Rendered,
  whenChanged: (knownETags: string, waitMs: number) => Promise<Rendered>,
): Promise<HttpResponseInit> {
  const ifNoneMatch = request.headers.get('if-none-match');
  const seconds = waitSeconds(request.headers.get('prefer'));
  const known = ifNoneMatch === null || ifNoneMatch.trim() === '*' ? arrival.etag : ifNoneMatch;
  const rendered = seconds === undefined ? arrival : await whenChanged(known, seconds * 1000);
  const headers = {
    ...rendered.headers,
    ...(seconds === undefined ? {} : { 'preference-applied': `wait=${seconds}` }),
  };
  return namesETag(ifNoneMatch, rendered.etag)
    ? { status: 304, headers }
    : { status: 200, headers, body: rendered.body };
}

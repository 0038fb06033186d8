import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import etagOf from 'etag';
import { namesETag, waitSeconds } from './conditional';
import type { HttpDependencies } from './serve';

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

/** 202 for what was asked for: new, or there already. */
export const accepted = ({ headers, body }: Rendered, location: string, replayed: boolean): HttpResponseInit => ({
  status: 202,
  headers: {
    'retry-after': '1',
    ...headers,
    location,
    ...(replayed ? { 'idempotent-replayed': 'true' } : {}),
  },
  body,
});

/** A status that waits until a time (ms) is asked for again then, from 1 to 5 s on. */
export function askAgainSeconds(waitingUntil: number | undefined, now: number): number {
  return Math.min(Math.max(Math.ceil(((waitingUntil ?? now) - now) / 1000), 1), 5);
}

/** A resource that may be looked at again and again; `T` is what one look has seen. */
export interface Watched<T> {
  render(seen: T): Rendered;
  /** Nothing more will happen to it. */
  isFinal(seen: T): boolean;
  /** How long until the next look. */
  pauseMs(seen: T): number;
  /** The next look; the first one has number 1. */
  look(seen: T, no: number): Promise<T>;
}
type Time = Pick<HttpDependencies, 'clock' | 'sleep'>;

/**
 * GET with `If-None-Match` and `Prefer: wait=N`: such an answer is held until the resource is another than the known one,
 * is final, or time is up.
 */
export async function conditionalGet<T>(
  request: HttpRequest,
  arrival: T,
  watched: Watched<T>,
  time: Time,
): Promise<HttpResponseInit> {
  const ifNoneMatch = request.headers.get('if-none-match');
  const seconds = waitSeconds(request.headers.get('prefer'));
  const knowsNone = ifNoneMatch === null || ifNoneMatch.trim() === '*';
  const rendered = await (seconds === undefined
    ? watched.render(arrival)
    : whenChanged(arrival, knowsNone ? undefined : ifNoneMatch, seconds * 1000, watched, time));
  const headers = {
    ...rendered.headers,
    ...(seconds === undefined ? {} : { 'preference-applied': `wait=${seconds}` }),
  };
  return namesETag(ifNoneMatch, rendered.etag)
    ? { status: 304, headers }
    : { status: 200, headers, body: rendered.body };
}

/** `known`: the ETags that the caller has; without them what it was on arrival. */
async function whenChanged<T>(
  arrival: T,
  known: string | undefined,
  waitMs: number,
  watched: Watched<T>,
  { clock, sleep }: Time,
): Promise<Rendered> {
  const until = clock() + waitMs;
  const knownETags = known ?? watched.render(arrival).etag;
  let seen = arrival;
  for (let no = 1; ; no++) {
    const rendered = watched.render(seen);
    const left = until - clock();
    if (watched.isFinal(seen) || !namesETag(knownETags, rendered.etag) || left <= 0) return rendered;
    await sleep(Math.min(watched.pauseMs(seen), left));
    seen = await watched.look(seen, no);
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Api } from './api';
import { ApiError } from './apiError';
import { isFinal, type ResourceView } from './views';

export interface FollowOptions<T> {
  /** is given each state that differs from the one before */
  readonly onChange?: (resource: T) => void;
  /** aborted: it is cancelled, and followed to its end */
  readonly cancel?: AbortSignal;
  /** is told that the app was asked to cancel */
  readonly onCancelling?: () => void;
}

/** Following outlives a restart of the app. */
const patienceMs = 5 * 60_000;

/** Follows an upload or a delivery until nothing more will happen to it. @throws ApiError, Failure */
export async function follow<T extends ResourceView>(
  api: Api,
  path: string,
  { onChange = () => undefined, cancel, onCancelling = () => undefined }: FollowOptions<T> = {},
): Promise<T> {
  let etag: string | undefined;
  let cancelled = false;
  for (;;) {
    if (cancel?.aborted && !cancelled) {
      onCancelling();
      await requestCancel(api, path);
      cancelled = true;
      etag = undefined; // look at once
    }
    const signal = cancelled ? undefined : cancel;
    const seen = await look((headers) => api.call<T>('GET', path, { headers, signal, patienceMs }), etag, signal);
    if (!seen) continue;
    etag = seen.headers.get('etag') ?? undefined;
    onChange(seen.body);
    if (isFinal(seen.body)) return seen.body;
    if (etag === undefined) await delay(1_000); // nothing to wait for a change by
  }
}

/** What is there now; undefined where nothing has changed, or the wait was broken off to cancel. */
async function look<A>(
  call: (headers: Record<string, string>) => Promise<A & { status: number }>,
  etag: string | undefined,
  signal: AbortSignal | undefined,
): Promise<A | undefined> {
  try {
    // the first look does not wait for a change: it may be so already
    const answer = await call(etag === undefined ? {} : { prefer: 'wait=20', 'if-none-match': etag });
    return answer.status === 304 ? undefined : answer;
  } catch (error) {
    if (signal?.aborted) return undefined;
    throw error;
  }
}

/** DELETE. That it has ended meanwhile is no error: the next look tells how. */
export async function requestCancel(api: Api, path: string): Promise<void> {
  try {
    await api.call('DELETE', path, { patienceMs });
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 'AlreadyFinished')) throw error;
  }
}

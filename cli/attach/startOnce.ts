import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Api } from '../api/api';
import { ApiError } from '../api/apiError';
import { Failure } from '../exitCodes';
import type { Earlier } from './earlier';

/** Another run has asked for the same a moment ago: its upload is listed within this many looks, a second apart. */
const looks = 15;
const keys = 3;

/**
 * Asks the app for an upload or a delivery under a key that another run for the same would use too: of two that come
 * together one is accepted, and the other one finds it. A lost answer is asked for again under the same key.
 * @param seed what makes the key: the same for the same wish
 * @param find looks for what the other run has started
 */
export async function startOnce<T>(
  api: Api,
  path: string,
  body: unknown,
  seed: readonly unknown[],
  find: () => Promise<Earlier<T>>,
): Promise<T> {
  for (let attempt = 1; attempt <= keys; attempt++) {
    try {
      const headers = { 'idempotency-key': keyOf([...seed, attempt]) };
      return (await api.call<T>('POST', path, { body, headers })).body;
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 'IdempotencyKeyReused')) throw error;
    }
    const other = await lookFor(find);
    if (other !== undefined) return other;
    // the run that used the key died before the app had written anything down: the next key
  }
  throw new Failure('Another run of this command is starting the same upload. Run the command again in a minute.');
}

const keyOf = (seed: readonly unknown[]): string =>
  `blob-to-outlook-cli-${createHash('sha256').update(JSON.stringify(seed)).digest('hex')}`;

async function lookFor<T>(find: () => Promise<Earlier<T>>): Promise<T | undefined> {
  for (let look = 0; look < looks; look++) {
    const earlier = await find();
    if (earlier.kind === 'found') return earlier.resource;
    await delay(1_000);
  }
  return undefined;
}

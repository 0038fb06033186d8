import type { Api } from '../api/client';
import { problemOf } from '../api/problemError';
import type { Place, Problem } from '../api/types';
import { put } from '../staging/put';

/** What is known about a typed path. */
export interface PathCheck {
  readonly state: 'good' | 'bad' | 'unsure';
  readonly words: string;
}

/** Asks the app about a path without doing anything (`dryRun`): its form, the mailbox, and whether the item is there. */
export class PathChecker {
  #blob: Promise<string> | undefined;

  constructor(private readonly api: Api) {}

  async check(item: string, signal: AbortSignal): Promise<PathCheck> {
    try {
      const blob = await (this.#blob ??= this.#checkBlob());
      await this.api.call('POST', '/uploads?dryRun=true', { body: { blob, item }, signal });
      return { state: 'good', words: 'The item is there, and the app may attach to it.' };
    } catch (cause) {
      if (signal.aborted) throw cause;
      return verdict(problemOf(cause));
    }
  }

  /** A blob of one byte for all checks of this tab: the app checks no item without one. It is removed after a day. */
  async #checkBlob(): Promise<string> {
    try {
      const { body: place } = await this.api.call<Place>('POST', '/files', { body: { name: 'check.txt', size: 1 } });
      const headers = { 'x-ms-blob-type': 'BlockBlob' };
      await put(place.uploadUrl, '.', { headers, signal: new AbortController().signal });
      return place.blob;
    } catch (cause) {
      this.#blob = undefined; // asked for again at the next check
      throw cause;
    }
  }
}

function verdict(problem: Problem): PathCheck {
  const ofItem = problem.errors?.find(({ pointer }) => pointer === '/item');
  if (ofItem) return { state: 'bad', words: ofItem.detail };
  if (problem.status >= 400 && problem.status < 500 && problem.status !== 401 && problem.status !== 429)
    return { state: 'bad', words: problem.detail };
  return { state: 'unsure', words: `The path could not be checked: ${problem.detail}` };
}

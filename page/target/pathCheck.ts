import type { Api } from '../api/client';
import { problemOf } from '../api/problemError';
import type { Place, Problem } from '../api/types';
import { put } from '../staging/put';

/** What is known about a typed path. */
export interface PathCheck {
  readonly state: 'good' | 'bad' | 'unsure';
  readonly words: string;
}

/** A blob that is never there: what is checked before the blob (the path's form, the mailbox) is told all the same. */
const noBlob = 'uploads/.staged/00000000-0000-4000-8000-000000000000/check.txt';

/** Asks the app about a path without doing anything (`dryRun`). The item itself is looked up where the app can. */
export class PathChecker {
  #blob: Promise<string> | undefined;

  constructor(private readonly api: Api) {}

  async check(item: string, signal: AbortSignal): Promise<PathCheck> {
    const blob = await (this.#blob ??= this.#checkBlob());
    try {
      await this.api.call('POST', '/uploads?dryRun=true', { body: { blob, item }, signal });
      return { state: 'good', words: 'The item is there, and the app may attach to it.' };
    } catch (cause) {
      if (signal.aborted) throw cause;
      return verdict(problemOf(cause));
    }
  }

  /**
   * A blob of one byte, so that all can be checked. Only for an app that knows `dryRun`, and so refuses another value of
   * it: one that does not would attach the byte.
   */
  async #checkBlob(): Promise<string> {
    try {
      const body = { blob: noBlob, item: 'me/messages/check' };
      const problem = await this.api.call('POST', '/uploads?dryRun=probe', { body }).then(() => undefined, problemOf);
      if (!problem?.errors?.some(({ pointer }) => pointer.includes('dryRun'))) return noBlob;
      const { body: place } = await this.api.call<Place>('POST', '/files', { body: { name: 'check.txt', size: 1 } });
      const headers = { 'x-ms-blob-type': 'BlockBlob' };
      const { kind } = await put(place.uploadUrl, '.', { headers, signal: new AbortController().signal });
      return kind === 'done' ? place.blob : noBlob;
    } catch {
      return noBlob;
    }
  }
}

function verdict(problem: Problem): PathCheck {
  if (problem.code === 'BlobNotFound')
    return { state: 'good', words: 'The path is well formed, and the mailbox is allowed.' };
  const ofItem = problem.errors?.find(({ pointer }) => pointer === '/item');
  if (ofItem) return { state: 'bad', words: ofItem.detail };
  if (problem.status >= 400 && problem.status < 500 && problem.status !== 401 && problem.status !== 429)
    return { state: 'bad', words: problem.detail };
  return { state: 'unsure', words: `The path could not be checked: ${problem.detail}` };
}

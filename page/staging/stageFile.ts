import type { Api } from '../api/client';
import { ProblemError } from '../api/problemError';
import type { Place, Problem } from '../api/types';
import { mediaType } from '../files/chosenFile';
import { blockList, blocksOf, blockUrl, type Block } from './blocks';
import { backoffMs, pause, type Slots } from './patience';
import { fileKey, type Places } from './places';
import { put, type PutResult } from './put';

export interface Staging {
  readonly api: Api;
  readonly places: Places;
  /** shared by all files of the page: so many blocks are on their way at once */
  readonly slots: Slots;
  readonly signal: AbortSignal;
  /** bytes of the file that storage has, or that are on their way */
  readonly onProgress: (bytes: number) => void;
  /** a block failed and is tried again: how often by now; 0 when it goes on */
  readonly onTrouble: (attempts: number) => void;
}

/** A block is tried so often: about four minutes. */
const mostAttempts = 12;
/** An upload URL lives for an hour; a file that takes longer begins again with a new one, so often. */
const mostPlaces = 3;

/**
 * Puts the file's bytes into storage: blocks in parallel, each retried by itself, those that are there already left out.
 * @returns the blob, as `container/name`
 * @throws ProblemError when it cannot be done; DOMException when it is aborted
 */
export async function stageFile(file: File, name: string, staging: Staging): Promise<string> {
  const key = `${await readable(() => fileKey(file))}|${name}`;
  for (let attempt = 1; ; attempt++) {
    const place = staging.places.find(key, Date.now())?.place ?? (await newPlace(file, name, staging));
    const outcome = await fill(place, file, key, staging);
    if (outcome === 'whole') return place.blob;
    staging.places.forget(key);
    if (attempt === mostPlaces) throw new ProblemError(urlRefused);
  }
}

async function newPlace(file: File, name: string, { api, signal }: Staging): Promise<Place> {
  const contentType = mediaType(file);
  const body = { name, size: file.size, ...(contentType ? { contentType } : {}) };
  return (await api.call<Place>('POST', '/files', { body, signal })).body;
}

/** @returns 'refused' where the URL opens no more */
async function fill(place: Place, file: File, key: string, staging: Staging): Promise<'whole' | 'refused'> {
  const { places, signal, onProgress } = staging;
  const known = places.find(key, Date.now());
  const done = new Set(known?.done);
  const blocks = blocksOf(file.size, place.blockSize);
  const sent = new Map(
    blocks.filter(({ index }) => done.has(index)).map((block) => [block.index, block.end - block.start]),
  );
  const tell = (): void => onProgress([...sent.values()].reduce((sum, bytes) => sum + bytes, 0));
  tell();
  if (known?.whole) return 'whole';
  const stop = new AbortController(); // one refusal stops the others
  const both = AbortSignal.any([signal, stop.signal]);

  const send = async (block: Block): Promise<void> => {
    const result = await again(file, { ...staging, signal: both }, (options) =>
      put(blockUrl(place.uploadUrl, { comp: 'block', blockid: block.id }), file.slice(block.start, block.end), {
        ...options,
        onProgress: (bytes) => {
          sent.set(block.index, Math.min(bytes, block.end - block.start));
          tell();
        },
      }),
    );
    if (result.kind !== 'done') throw new Refused(result);
    done.add(block.index);
    sent.set(block.index, block.end - block.start);
    places.keep(key, { place, done: [...done], whole: false });
    tell();
  };
  try {
    const missing = blocks.filter(({ index }) => !done.has(index));
    await Promise.all(missing.map((block) => staging.slots.use(() => send(block)))).finally(() => stop.abort());
    const contentType = mediaType(file);
    const headers: Record<string, string> = contentType ? { 'x-ms-blob-content-type': contentType } : {};
    const url = blockUrl(place.uploadUrl, { comp: 'blocklist' });
    const result = await again(file, staging, (options) => put(url, blockList(blocks), { ...options, headers }));
    if (result.kind !== 'done') throw new Refused(result);
    places.keep(key, { place, done: [...done], whole: true });
    return 'whole';
  } catch (cause) {
    if (!(cause instanceof Refused) || signal.aborted) throw cause;
    // 403: the URL has expired. 404: the container is gone. 400 on the list: blocks were forgotten
    if ([400, 403, 404].includes(cause.result.kind === 'refused' ? cause.result.status : 0)) return 'refused';
    throw new ProblemError(storageProblem(cause.result));
  }
}

/** One PUT, again after what may pass by itself. */
async function again(
  file: File,
  { signal, onTrouble }: Staging,
  ask: (options: { signal: AbortSignal }) => Promise<PutResult>,
): Promise<PutResult> {
  for (let attempt = 1; ; attempt++) {
    const result = await ask({ signal });
    const mayPass =
      result.kind === 'unreachable' ||
      (result.kind === 'refused' && (result.status >= 500 || [408, 429].includes(result.status)));
    if (!mayPass || attempt === mostAttempts) {
      onTrouble(0);
      return result;
    }
    await readable(() => file.slice(0, 1).arrayBuffer());
    onTrouble(attempt);
    await pause(backoffMs(attempt), signal);
  }
}

/** A file that was changed or moved since it was chosen cannot be read any more: https://w3c.github.io/FileAPI/#NotReadableError */
async function readable<T>(read: () => Promise<T>): Promise<T> {
  return read().catch(() => {
    throw new ProblemError(unreadable);
  });
}

class Refused extends Error {
  override readonly name = 'Refused';
  constructor(readonly result: PutResult) {
    super('storage refused');
  }
}

const unreadable: Problem = {
  code: 'FileUnreadable',
  status: 0,
  detail:
    'The browser can no longer read the file: it was changed, moved or deleted since it was chosen. Choose it again.',
};
const urlRefused: Problem = {
  code: 'StorageRefused',
  status: 403,
  detail:
    'Storage refuses the file, also by a new address. Ask the administrator whether storage allows this page (CORS) and its network.',
};
const storageProblem = (result: PutResult): Problem => ({
  code: 'StorageUnreachable',
  status: result.kind === 'refused' ? result.status : 0,
  detail:
    result.kind === 'refused'
      ? `Storage answered ${result.status} to ${mostAttempts} attempts. Try again in a few minutes.`
      : 'Storage cannot be reached from this browser. Check the connection; if it is fine, storage may not allow this page (CORS).',
  retryable: true,
});

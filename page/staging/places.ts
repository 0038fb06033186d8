import type { Place } from '../api/types';

/** What is known about a file in storage: where it goes, and which of its blocks are there. */
export interface Staged {
  readonly place: Place;
  readonly done: readonly number[];
  /** the block list is committed: the blob is whole */
  readonly whole: boolean;
}

const storeName = 'blob-to-outlook.places';
const sasMarginMs = 60_000;
/** A whole blob is kept by the app for a day. */
const wholeForMs = 20 * 3_600_000;

/**
 * Which blocks of which files have reached storage, kept in the tab's session: after a reload the file must be chosen
 * again, and what is there is not sent again. The upload URL can only write, for an hour, to one blob.
 */
export class Places {
  #all = read();

  find(key: string, now: number): Staged | undefined {
    const found = this.#all[key];
    if (!found) return undefined;
    const until = Date.parse(found.place.expiresAt) + (found.whole ? wholeForMs : -sasMarginMs);
    if (now < until) return found;
    this.forget(key);
    return undefined;
  }

  keep(key: string, staged: Staged): void {
    this.#all = { ...this.#all, [key]: staged };
    this.#write();
  }

  /** How many bytes of such a file are there: what is known of it without reading it. */
  bytesOf({ chosenName, size, lastModified }: { chosenName: string; size: number; lastModified: number }): number {
    const known = Object.entries(this.#all).find(([key]) =>
      key.startsWith(`${chosenName}|${size}|${lastModified}|`),
    )?.[1];
    return Math.min(size, (known?.done.length ?? 0) * (known?.place.blockSize ?? 0));
  }

  forget(key: string): void {
    this.#all = Object.fromEntries(Object.entries(this.#all).filter(([each]) => each !== key));
    this.#write();
  }

  forgetBlob(blob: string): void {
    for (const [key, { place }] of Object.entries(this.#all)) if (place.blob === blob) this.forget(key);
  }

  #write(): void {
    try {
      sessionStorage.setItem(storeName, JSON.stringify(this.#all));
    } catch {
      // full or forbidden: then a reload begins again
    }
  }
}

/** The same file again: name, size, time, and the hash of its first and last 64 KiB. */
export async function fileKey(file: File): Promise<string> {
  const edge = 64 * 1024;
  const bytes = await new Blob([file.slice(0, edge), file.slice(Math.max(edge, file.size - edge))]).arrayBuffer();
  const text = `${file.name}|${file.size}|${file.lastModified}`;
  if (!('subtle' in crypto)) return text; // plain http on another host than this machine
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return `${text}|${Array.from(hash.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

function read(): Readonly<Record<string, Staged>> {
  try {
    return JSON.parse(sessionStorage.getItem(storeName) ?? '{}') as Record<string, Staged>;
  } catch {
    return {};
  }
}

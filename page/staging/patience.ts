import { aborted } from './put';

/** Resolves after that time, or as soon as the connection is back. @throws when it is aborted */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(aborted());
      return;
    }
    const end = (finish: () => void) => (): void => {
      clearTimeout(timer);
      window.removeEventListener('online', goOn);
      signal.removeEventListener('abort', stop);
      finish();
    };
    const goOn = end(resolve);
    const stop = end(() => reject(aborted()));
    const timer = window.setTimeout(goOn, ms);
    window.addEventListener('online', goOn);
    signal.addEventListener('abort', stop);
  });
}

/** How long to wait before that attempt (from 1): 0.5 s, doubled to at most 30 s, spread so that many do not come at once. */
export const backoffMs = (attempt: number): number =>
  Math.min(30_000, 500 * 2 ** (attempt - 1)) * (0.75 + Math.random() / 2);

/** At most so many at once, in the order in which they asked. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#free = most;
  }

  async use<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }
}

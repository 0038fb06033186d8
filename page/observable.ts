import { useEffect, useReducer } from 'preact/hooks';

/** State that views watch. Changes within one frame are told once. */
export class Observable {
  readonly #listeners = new Set<() => void>();
  #told = false;

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  protected changed(): void {
    if (this.#told) return;
    this.#told = true;
    queueMicrotask(() => {
      this.#told = false;
      for (const listener of this.#listeners) listener();
    });
  }
}

/** Draws the component again whenever one of these changes. */
export function useObserved(...observed: readonly Observable[]): void {
  const [, draw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const ends = observed.map((each) => each.subscribe(() => draw(undefined)));
    return () => ends.forEach((end) => end());
  }, observed);
}

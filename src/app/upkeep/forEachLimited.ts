export interface Limited {
  /** Nothing is begun after this time (ms); what is left is left. */
  readonly until: number;
  readonly clock: () => number;
  /** Told of each that failed; the others go on. */
  readonly failed: (cause: unknown) => void;
}

const atOnce = 8;

/** Does something for each of them, a few at once, until time is up. How many were begun. */
export async function forEachLimited<T>(
  all: readonly T[],
  work: (one: T) => Promise<unknown>,
  { until, clock, failed }: Limited,
): Promise<number> {
  let begun = 0;
  const worker = async (): Promise<void> => {
    while (clock() < until) {
      const one = all[begun];
      if (one === undefined) return;
      begun += 1;
      await work(one).catch(failed);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return begun;
}

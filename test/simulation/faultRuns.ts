import { FigureCount, Figures } from './figures';
import { Failure, randomRuns } from './randomRuns';

/** Random runs with their figures: what `npm run bench -- fault_runs` tells. Stops at the first that breaks an invariant. */
export async function faultRuns(
  seed: number,
  runs: number,
  onProgress?: (done: number) => void,
): Promise<{ figures: Figures; failure?: Failure }> {
  const count = new FigureCount();
  let done = 0;
  const failure = await randomRuns(seed, runs, (_scenario, verdict) => {
    count.add(verdict);
    if (++done % 1000 === 0) onProgress?.(done);
  });
  return { figures: count.figures, ...(failure ? { failure } : {}) };
}

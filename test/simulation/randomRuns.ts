import { randomFaults, randomNumbers } from './chance';
import type { Fault } from './faults';
import { randomScenario } from './scenarios';
import { simulate, Verdict } from './simulate';
import type { Scenario } from './scenario';

/** A run that broke an invariant, and the fewest of its faults that still break one. */
export interface Failure {
  readonly seed: number;
  readonly scenario: Scenario;
  readonly faults: readonly Fault[];
  readonly violations: readonly string[];
}

/** The run that belongs to this seed: always the same. */
export function randomRun(seed: number): { scenario: Scenario; run: () => Promise<Verdict> } {
  const random = randomNumbers(seed);
  const scenario = randomScenario(random);
  return { scenario, run: () => simulate(scenario, randomFaults(random)) };
}

/** Runs the seeds from `seed` on; stops at the first that fails, or asks `onRun` to go on. */
export async function randomRuns(
  seed: number,
  runs: number,
  onRun?: (scenario: Scenario, verdict: Verdict) => void,
): Promise<Failure | undefined> {
  for (let i = 0; i < runs; i++) {
    const { scenario, run } = randomRun(seed + i);
    const verdict = await run();
    onRun?.(scenario, verdict);
    if (verdict.violations.length > 0) return { seed: seed + i, ...(await shrink(scenario, verdict.faults)) };
  }
  return undefined;
}

/** Leaves out one fault after another for as long as something stays wrong. */
export async function shrink(scenario: Scenario, faults: readonly Fault[]): Promise<Omit<Failure, 'seed'>> {
  let left = faults;
  let { violations } = await simulate(scenario, left);
  for (let i = 0; i < left.length;) {
    const fewer = left.filter((_, at) => at !== i);
    const verdict = await simulate(scenario, fewer);
    if (verdict.violations.length > 0) [left, violations, i] = [fewer, verdict.violations, 0];
    else i++;
  }
  return { scenario, faults: left, violations };
}

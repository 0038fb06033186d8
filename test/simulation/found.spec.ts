import type { Fault } from './faults';
import found from './found.json';
import { simulate } from './simulate';
import type { Scenario } from './scenario';

/** Schedules that broke an invariant once, shrunk. A change of the steps' order may make one of them harmless: then it proves less. */
it.each(found as unknown as { seed: number; what: string; scenario: Scenario; faults: Fault[] }[])(
  'keeps its promise where it once did not: $what (seed $seed)',
  async ({ scenario, faults }) => {
    expect((await simulate(scenario, faults)).violations).toEqual([]);
  },
);

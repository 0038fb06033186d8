import type { Fault } from './faults';
import found from './found.json';
import { simulate } from './simulate';
import type { Scenario } from './scenario';

/** Schedules that broke an invariant once, or left unknown what could be known, shrunk. A change of the steps' order may make one of them harmless: then it proves less. */
it.each(found as unknown as { seed: number; what: string; scenario: Scenario; faults: Fault[] }[])(
  'keeps its promise where it once did not: $what (seed $seed)',
  async ({ scenario, faults }) => {
    const { violations, falseUnknown } = await simulate(scenario, faults);
    expect({ violations, falseUnknown }).toEqual({ violations: [], falseUnknown: 0 });
  },
);

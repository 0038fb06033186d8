import type { Visit } from './explore';
import { FigureCount } from './figures';
import { Failure, shrink } from './randomRuns';
import type { Verdict } from './simulate';
import type { Scenario } from './scenario';

/** For specs: counts runs and keeps the first that breaks an invariant. */
export class Watch {
  readonly count = new FigureCount();
  private failed: { scenario: Scenario; verdict: Verdict } | undefined;

  readonly visit: Visit = (scenario, verdict) => {
    this.count.add(verdict);
    if (verdict.violations.length > 0) this.failed = { scenario, verdict };
    return this.failed === undefined;
  };

  get firstViolations(): readonly string[] {
    return this.failed?.verdict.violations ?? [];
  }

  /** The fewest faults that break an invariant, or undefined where all held. */
  async failure(): Promise<Omit<Failure, 'seed'> | undefined> {
    return this.failed && shrink(this.failed.scenario, this.failed.verdict.faults);
  }
}

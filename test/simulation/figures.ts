import type { Verdict } from './simulate';

/** What many runs came to. */
export interface Figures {
  readonly runs: number;
  readonly faults: number;
  readonly violations: number;
  /** So many were left where others had ended well. */
  readonly left: number;
  /** How often each end was told: `succeeded`, `cancelled`, or a code. */
  readonly ends: Readonly<Record<string, number>>;
  /** The share of `OutcomeUnknown` that the model says were decidable (decidable.ts). */
  readonly falseUnknown: number;
  /** The rows of the longest history; the most calls of its mailbox by one upload in a minute. */
  readonly mostRows: number;
  readonly mostAsks: number;
  /** Virtual time from acceptance to the end, in s. */
  readonly p50Seconds: number;
  readonly p99Seconds: number;
  readonly runsPerSecond: number;
}

/** Adds up runs. */
export class FigureCount {
  private runs = 0;
  private faults = 0;
  private violations = 0;
  private left = 0;
  private falseUnknown = 0;
  private mostRows = 0;
  private mostAsks = 0;
  private readonly ends: Record<string, number> = {};
  private readonly took: number[] = [];
  private readonly startedAt = Date.now();

  add(verdict: Verdict): void {
    this.runs++;
    this.faults += verdict.faults.length;
    if (verdict.violations.length > 0) this.violations++;
    this.falseUnknown += verdict.falseUnknown;
    this.mostRows = Math.max(this.mostRows, verdict.mostRows);
    this.mostAsks = Math.max(this.mostAsks, verdict.mostAsks);
    if (verdict.isLeft) {
      this.left++;
      return;
    }
    this.took.push(verdict.tookMs / 1000);
    for (const { end } of verdict.records) {
      const told = end?.error?.code ?? end?.status ?? 'none';
      this.ends[told] = (this.ends[told] ?? 0) + 1;
    }
  }

  get figures(): Figures {
    const sorted = [...this.took].sort((a, b) => a - b);
    const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
    const { runs, faults, violations, left, ends, mostRows, mostAsks } = this;
    const falseUnknown = this.falseUnknown / Math.max(1, ends['OutcomeUnknown'] ?? 0);
    const runsPerSecond = Math.round((runs * 1000) / Math.max(1, Date.now() - this.startedAt));
    const counts = { runs, faults, violations, left, ends, falseUnknown, mostRows, mostAsks };
    return { ...counts, p50Seconds: at(0.5), p99Seconds: at(0.99), runsPerSecond };
  }
}

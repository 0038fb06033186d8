import { type Level, levelOf, type Rule } from './rules';

export interface Violation {
  readonly at: string;
  readonly op: string;
  readonly rule: Rule;
  readonly level: Level;
  readonly item?: string;
  readonly detail: string;
}

/** One request as the log tells it: no token, no upload URL, no body. */
export interface RequestEntry {
  readonly at: string;
  readonly op: string;
  readonly mailbox?: string;
  readonly item?: string;
  readonly status: number;
  /** What of the answer was sent. */
  readonly delivered: 'whole' | 'half' | 'none';
  readonly range?: string;
  readonly name?: string;
  readonly fault?: boolean;
  readonly ms: number;
}

const KEPT = 5000;

/** What happened, in memory only. */
export class Journal {
  violations: Violation[] = [];
  requests: RequestEntry[] = [];

  constructor(private readonly now: () => number) {}

  /** Records a broken rule; rules without a level are ordinary answers and are not. */
  broke(rule: Rule, op: string, detail: string, item?: string): void {
    const level = levelOf(rule);
    if (level === undefined) return;
    const at = new Date(this.now()).toISOString();
    this.violations.push({ at, op, rule, level, detail, item });
    if (this.violations.length > KEPT) this.violations.shift();
  }

  served(entry: RequestEntry): void {
    this.requests.push(entry);
    if (this.requests.length > KEPT) this.requests.shift();
  }

  clear(): void {
    this.violations = [];
    this.requests = [];
  }
}

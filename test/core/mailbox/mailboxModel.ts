import { acquire, Decision, release } from '../../../src/core/mailbox/mailbox';
import { emptyMailbox, Limits, Lock, Mailbox } from '../../../src/core/mailbox/state';

export const MiB = 1024 * 1024;
export const s = 1000;
export const minute = 60 * s;
export const limits: Limits = { concurrency: 4, bytesPerWindow: 150 * MiB };
const rangeBytes = 3_932_160;

/** One file that comes to the mailbox, and what goes wrong with it. Times are ms. */
export interface Plan {
  readonly id: string;
  readonly item?: string;
  readonly bytes: number;
  readonly at: number;
  readonly rangeMs?: number;
  /** Its clock is behind by so much. */
  readonly lagMs?: number;
  /** Each ask is made twice, as after a lost answer. */
  readonly repeats?: boolean;
  readonly diesAfter?: number;
  readonly rests?: { readonly afterRanges: number; readonly ms: number; readonly dies?: boolean };
}
export interface Trace {
  readonly plan: Plan;
  readonly rank: string;
  readonly isSmall: boolean;
  enteredAt?: number;
  endedAt?: number;
  diedAt?: number;
  inside?: boolean;
  committing?: boolean;
  queues?: boolean;
  left: number;
  asks: number;
  denials: number;
  ranges: number;
  rested?: boolean;
}

/** Uploads that keep the rules, in simulated time, around the mailbox's pure functions. */
export class MailboxModel {
  state: Mailbox = emptyMailbox;
  readonly traces: Trace[];
  readonly sent: { at: number; bytes: number; id: string }[] = [];
  most = { all: 0, large: 0, waiting: 0, stateBytes: 0, calls: 0 };
  readonly wrong: string[] = [];
  private queue: { at: number; run: () => unknown }[] = [];
  private now = 0;

  constructor(
    plans: readonly Plan[],
    private readonly limit: Limits = limits,
  ) {
    this.traces = plans.map((plan, i) => ({
      plan,
      rank: `${String(Math.floor(plan.at)).padStart(12, '0')}-${String(i).padStart(5, '0')}`,
      isSmall: plan.bytes < 3 * MiB,
      left: plan.bytes,
      asks: 0,
      denials: 0,
      ranges: 0,
    }));
    for (const trace of this.traces) this.after(trace.plan.at, () => this.ask(trace));
  }

  run(until = Infinity): this {
    while (this.queue.length > 0) {
      let k = 0;
      for (let i = 1; i < this.queue.length; i++) if (this.queue[i]!.at < this.queue[k]!.at) k = i;
      const next = this.queue[k]!;
      if (next.at > until) break;
      this.queue[k] = this.queue[this.queue.length - 1]!;
      this.queue.pop();
      this.now = next.at;
      next.run();
    }
    return this;
  }
  trace(id: string): Trace {
    return this.traces.find(({ plan }) => plan.id === id)!;
  }
  peakBytes(of: (one: { id: string }) => boolean = () => true): number {
    const seen = this.sent.filter(of).sort((a, b) => a.at - b.at);
    let [from, total, peak] = [0, 0, 0];
    for (const one of seen) {
      total += one.bytes;
      while (seen[from]!.at <= one.at - 5 * minute) total -= seen[from++]!.bytes;
      peak = Math.max(peak, total);
    }
    return peak;
  }
  share(from: number, to: number): number {
    const bytes = this.sent.filter(({ at }) => at >= from && at < to).reduce((total, one) => total + one.bytes, 0);
    return bytes / ((this.limit.bytesPerWindow * (to - from)) / (5 * minute));
  }

  private after(ms: number, run: () => unknown): void {
    this.queue.push({ at: this.now + ms, run });
  }
  private lockOf({ plan, rank }: Trace): Lock {
    return { id: rank, item: plan.item ?? plan.id, until: this.now + 12 * 60 * minute };
  }
  private take<D extends Pick<Decision, 'mailbox' | 'wake'>>(decision: D): D {
    this.state = decision.mailbox;
    this.most.calls++;
    this.most.waiting = Math.max(this.most.waiting, this.state.waiting.length);
    if (this.most.calls % 50 === 0)
      this.most.stateBytes = Math.max(this.most.stateBytes, JSON.stringify(this.state).length);
    this.wake(decision.wake);
    return decision;
  }

  private ask(trace: Trace, unused = 0): void {
    const { lagMs = 0, repeats } = trace.plan;
    if (trace.endedAt !== undefined || trace.diedAt !== undefined) return;
    const least = trace.isSmall ? trace.left : Math.min(trace.left, rangeBytes);
    const commits = trace.left <= least;
    const request = {
      id: trace.rank,
      no: ++trace.asks,
      isSmall: trace.isSmall,
      wantBytes: trace.left,
      leastBytes: least,
      unusedBytes: unused,
      ...(commits ? { lock: this.lockOf(trace) } : {}),
    };
    trace.inside = false;
    let decision = this.take(acquire(this.state, request, this.limit, this.now - lagMs));
    if (repeats) decision = this.take(acquire(this.state, request, this.limit, this.now - lagMs));
    if (!decision.permit) {
      trace.denials++;
      trace.queues = true;
      const wait = Math.max(500, decision.askAt - this.now) + s;
      const { asks } = trace;
      this.after(wait, () => trace.asks === asks && this.ask(trace));
      return;
    }
    trace.enteredAt ??= this.now;
    trace.inside = true;
    trace.queues = false;
    trace.committing = commits;
    this.look();
    this.send(trace, decision.permit.bytes, commits);
  }

  private send(trace: Trace, granted: number, locked: boolean): void {
    const { id, rangeMs = 500, diesAfter, rests } = trace.plan;
    if (trace.ranges === diesAfter) {
      trace.diedAt = this.now;
      return;
    }
    if (rests?.afterRanges === trace.ranges && !trace.rested) {
      trace.rested = true;
      this.rest(trace, granted);
      return;
    }
    const bytes = trace.isSmall ? trace.left : Math.min(trace.left, rangeBytes);
    if (bytes === 0) {
      this.leave(trace);
      return;
    }
    if (granted < bytes || (trace.left <= bytes && !locked)) {
      this.ask(trace, granted);
      return;
    }
    this.sent.push({ at: this.now + ((trace.ranges * 7919) % 100) * 0.01 * rangeMs, bytes, id });
    this.after(rangeMs, () => {
      trace.left -= bytes;
      trace.ranges++;
      this.send(trace, granted - bytes, locked);
    });
  }

  /** A long wait: the permit goes back, and the upload asks again like anybody. */
  private rest(trace: Trace, unusedBytes: number): void {
    trace.inside = false;
    const lock = trace.committing ? { lock: this.lockOf(trace) } : {};
    const { lagMs = 0 } = trace.plan;
    this.take(release(this.state, { id: trace.rank, unusedBytes, ...lock }, this.limit, this.now - lagMs));
    if (trace.plan.rests?.dies) trace.diedAt = this.now;
    else this.after(trace.plan.rests!.ms, () => this.ask(trace));
  }
  private wake(ranks: readonly string[]): void {
    for (const other of this.traces.filter((one) => ranks.includes(one.rank)))
      this.after(200, () => other.queues && this.ask(other));
  }
  private leave(trace: Trace): void {
    trace.endedAt = this.now;
    trace.inside = false;
    const { lagMs = 0 } = trace.plan;
    this.take(release(this.state, { id: trace.rank, unusedBytes: 0 }, this.limit, this.now - lagMs));
  }
  private look(): void {
    const placed = this.traces.filter((one) => one.inside && one.diedAt === undefined && one.endedAt === undefined);
    this.most.all = Math.max(this.most.all, placed.length);
    this.most.large = Math.max(this.most.large, placed.filter(({ isSmall }) => !isSmall).length);
    const items = placed.filter((one) => one.committing).map(({ plan }) => plan.item ?? plan.id);
    if (new Set(items).size < items.length) this.wrong.push(`two commits on one item: ${items.join(', ')}`);
  }
}

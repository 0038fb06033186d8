import { leave, requestPlace, rest } from '../../../src/core/mailbox/mailboxBudget';
import { leaseMs } from '../../../src/core/mailbox/mailboxPlaces';
import { BudgetLimits, emptyMailbox, MailboxState } from '../../../src/core/mailbox/mailboxState';

export const MiB = 1024 * 1024;
export const s = 1000;
export const minute = 60 * s;
export const limits: BudgetLimits = { concurrency: 4, bytesPerWindow: 150 * MiB };
const rangeBytes = 3_932_160;
const renewMs = 10 * minute;

/** One upload as the mailbox sees it. */
export interface UploadPlan {
  readonly id: string;
  readonly name?: string;
  readonly bytes: number;
  readonly at: number;
  /** What one PUT takes, and how far its own time is behind. */
  readonly rangeMs?: number;
  readonly lagMs?: number;
  /** Its messages to the mailbox come twice. */
  readonly repeats?: boolean;
  /** It is gone for good after so many ranges. */
  readonly diesAfter?: number;
  /** After so many ranges it waits for so long without its place, and renews that; or it never comes back. */
  readonly rests?: { readonly afterRanges: number; readonly ms: number; readonly dies?: boolean };
}

/** What happened to an upload; times in ms. */
export interface Trace {
  readonly plan: UploadPlan;
  readonly isSmall: boolean;
  enteredAt?: number;
  endedAt?: number;
  /** Whether it rests, or queues after that. */
  isOut?: boolean;
  diedAt?: number;
  /** Whether it was refused and waits to ask again; who rests hears no call. */
  queues?: boolean;
  left: number;
  asks: number;
  denials: number;
  ranges: number;
  rested?: boolean;
}

/** A request as the service counts it. */
export interface Sent {
  readonly at: number;
  readonly bytes: number;
  readonly id: string;
}

/** Uploads that ask the mailbox's budget, send what they are granted and ask again, event by event. */
export class MailboxModel {
  state: MailboxState = emptyMailbox;
  readonly traces: Trace[];
  readonly sent: Sent[] = [];
  /** The most places taken at once: all, and by large files. */
  most = { all: 0, large: 0 };
  readonly wrong: string[] = [];
  private queue: { at: number; run: () => unknown }[] = [];
  private now = 0;

  constructor(
    plans: readonly UploadPlan[],
    private readonly limit: BudgetLimits = limits,
  ) {
    this.traces = plans.map((plan) => ({
      plan,
      isSmall: plan.bytes < 3 * MiB,
      left: plan.bytes,
      asks: 0,
      denials: 0,
      ranges: 0,
    }));
    for (const trace of this.traces) this.after(trace.plan.at, () => this.ask(trace));
  }

  /** Goes on until everybody is done, or until then. */
  run(until = Infinity): this {
    while (this.queue.length > 0) {
      const next = this.queue.reduce((first, one) => (one.at < first.at ? one : first));
      if (next.at > until) break;
      this.queue.splice(this.queue.indexOf(next), 1);
      this.now = next.at;
      next.run();
    }
    return this;
  }

  trace(id: string): Trace {
    return this.traces.find(({ plan }) => plan.id === id)!;
  }

  /** The most bytes that the service saw within any five minutes. */
  peakBytes(of: (sent: Sent) => boolean = () => true): number {
    const seen = this.sent.filter(of).sort((a, b) => a.at - b.at);
    let [from, sum, peak] = [0, 0, 0];
    for (const one of seen) {
      sum += one.bytes;
      while (seen[from]!.at <= one.at - 5 * minute) sum -= seen[from++]!.bytes;
      peak = Math.max(peak, sum);
    }
    return peak;
  }

  /** The share of its allowance that was used from then to then. */
  share(from: number, to: number): number {
    const bytes = this.sent.filter(({ at }) => at >= from && at < to).reduce((sum, one) => sum + one.bytes, 0);
    return bytes / ((this.limit.bytesPerWindow * (to - from)) / (5 * minute));
  }

  private after(ms: number, run: () => unknown): void {
    this.queue.push({ at: this.now + ms, run });
  }

  private ask(trace: Trace, attempt = 0): void {
    const { id, name = id, lagMs = 0, repeats } = trace.plan;
    if (trace.endedAt !== undefined) return;
    const request = {
      uploadId: id,
      askNo: ++trace.asks,
      nameKey: name,
      wantBytes: trace.left,
      leastBytes: trace.isSmall ? trace.left : Math.min(trace.left, rangeBytes),
      unusedBytes: 0,
      isSmall: trace.isSmall,
    };
    const decide = () => requestPlace(this.state, request, this.limit, this.now - lagMs);
    let decision = decide();
    this.state = decision.state;
    if (repeats) {
      decision = decide();
      this.state = decision.state;
    }
    if (!decision.isAdmitted) {
      trace.denials++;
      trace.queues = true;
      const backoff = Math.min(5 * minute, 30 * s * 1.2 ** attempt);
      const wait = Math.max(500, Math.min(backoff, (decision.until ?? Infinity) - this.now)) + s;
      const { asks } = trace;
      this.after(wait, () => trace.asks === asks && this.ask(trace, attempt + 1));
      return;
    }
    trace.enteredAt ??= this.now;
    [trace.isOut, trace.queues] = [false, false];
    this.look();
    this.send(trace, decision.grantedBytes);
  }

  private send(trace: Trace, granted: number): void {
    const { id, rangeMs = 500, diesAfter } = trace.plan;
    if (trace.ranges === diesAfter) return;
    if (trace.plan.rests?.afterRanges === trace.ranges && trace.isOut === false && trace.rested !== true) {
      this.rest(trace, granted);
      return;
    }
    const bytes = trace.isSmall ? trace.left : Math.min(trace.left, rangeBytes);
    if (bytes === 0) {
      this.leave(trace);
      return;
    }
    if (granted < bytes) {
      this.ask(trace);
      return;
    }
    // the service counts it at some moment while it is under way
    this.sent.push({ at: this.now + ((trace.ranges * 7919) % 100) * 0.01 * rangeMs, bytes, id });
    this.after(rangeMs, () => {
      trace.left -= bytes;
      trace.ranges++;
      this.send(trace, granted - bytes);
    });
  }

  private rest(trace: Trace, unusedBytes: number, until = this.now + (trace.plan.rests?.ms ?? 0)): void {
    const { id, name = id, lagMs = 0, rests, repeats } = trace.plan;
    [trace.isOut, trace.rested] = [true, true];
    const request = { uploadId: id, nameKey: name, isSmall: trace.isSmall, unusedBytes };
    for (let times = repeats ? 2 : 1; times > 0; times--) {
      const { state, wake } = rest(this.state, request, this.limit, this.now - lagMs);
      this.state = state;
      this.wake(wake);
    }
    this.look();
    if (rests?.dies) trace.diedAt = this.now;
    else if (until - this.now > renewMs) this.after(renewMs, () => this.rest(trace, 0, until));
    else this.after(until - this.now, () => this.ask(trace));
  }

  private wake(ids: readonly string[]): void {
    for (const other of ids.map((one) => this.trace(one))) this.after(200, () => other.queues && this.ask(other));
  }

  private leave(trace: Trace): void {
    const { id, lagMs = 0 } = trace.plan;
    trace.endedAt = this.now;
    const { state, wake } = leave(this.state, { uploadId: id, unusedBytes: 0 }, this.limit, this.now - lagMs);
    this.state = state;
    this.wake(wake);
  }

  /** Who holds a place now: counted here, not by the budget. */
  private look(): void {
    const inside = this.traces.filter((one) => one.enteredAt !== undefined && one.endedAt === undefined);
    const alive = inside.filter(({ plan, ranges }) => plan.diesAfter === undefined || ranges < plan.diesAfter);
    const placed = alive.filter(({ isOut }) => !isOut);
    this.most = {
      all: Math.max(this.most.all, placed.length),
      large: Math.max(this.most.large, placed.filter(({ isSmall }) => !isSmall).length),
    };
    // also those that rest: what is found under their name is theirs, until their lease ends
    const holders = alive.filter(({ diedAt = Infinity }) => this.now < diedAt + leaseMs - s);
    const names = holders.map(({ plan }) => plan.name ?? plan.id);
    if (new Set(names).size < names.length) this.wrong.push(`two of one name at once: ${names.join(', ')}`);
  }
}

import type { VirtualClock } from './virtualClock';

/** What the platform does to one activity: nothing, or what Azure is known to do: a crash, a late second run, a slow or lost answer. `at` counts its waits for I/O. */
export type Mishap =
  /** Its worker dies there: the orchestration is told at once that it failed. */
  | { readonly kind: 'dies'; readonly at: number }
  /** Its host dies there: it comes again a minute after it began. */
  | { readonly kind: 'comesAgain'; readonly at: number }
  /** Given up there and told as failed, yet it goes on so much later. */
  | { readonly kind: 'zombie'; readonly at: number; readonly ms: number; readonly then: 'fails' | 'comesAgain' }
  /** Two at once, the second so much later; the result of one of them counts. */
  | { readonly kind: 'twice'; readonly gapMs: number; readonly wins: 0 | 1 };

/** After its last wait: everything is done, only the result is lost. */
export const atTheEnd = 1_000_000;

/** A request that its process was about to send is on its way within this time, however long the process sleeps. */
const latestMs = 100_000;

/** One run of an activity. Its I/O goes through `io`, where it can be stopped. */
export class ActivityRun {
  isDead = false;
  hasEnded = false;
  /** How often it has waited for I/O. */
  boundaries = 0;
  private heldUntil = 0;

  constructor(
    private readonly clock: VirtualClock,
    readonly instanceId: string,
    readonly name: string,
    private readonly mishap: Mishap | undefined,
    private readonly onMishap: () => void,
    private readonly onWait?: (at: number) => void,
  ) {}

  /** How far it is, and for how long (s) it is held up. */
  get place(): string {
    const heldFor = Math.max(0, this.heldUntil - this.clock.now);
    return `${this.name} ${this.boundaries} ${Math.round(heldFor / 1000)}`;
  }

  /** A request under way for `ms`: the effect happens in the middle, if this run is still alive then. */
  async io<T>(ms: number, effect: () => T): Promise<T> {
    await this.wait(ms / 2, latestMs);
    const result = effect();
    await this.wait(ms / 2);
    return result;
  }

  /** Resolves later, or never where the run is dead by then. */
  wait(ms: number, mostMs = Infinity): Promise<void> {
    this.meet(this.boundaries++);
    const heldUntil = Math.min(this.heldUntil, this.clock.now + mostMs);
    if (ms === 0 && !this.isDead && heldUntil <= this.clock.now) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        if (this.isDead) return;
        if (heldUntil > this.clock.now) this.clock.after(heldUntil - this.clock.now, wake);
        else resolve();
      };
      this.clock.after(ms, wake);
    });
  }

  /** Runs `work` to its end. Undefined where it died on the way. */
  async finish<T>(work: Promise<T>): Promise<{ value: T } | { error: unknown } | undefined> {
    try {
      const value = await work;
      this.meet(atTheEnd);
      return this.isDead ? undefined : { value };
    } catch (error) {
      return this.isDead ? undefined : { error };
    } finally {
      this.hasEnded = true;
    }
  }

  private meet(boundary: number): void {
    const { mishap } = this;
    if (!this.isDead) this.onWait?.(boundary);
    if (!mishap || mishap.kind === 'twice' || mishap.at !== boundary || this.isDead) return;
    if (mishap.kind === 'zombie') this.heldUntil = this.clock.now + mishap.ms;
    else this.isDead = true;
    this.onMishap();
  }
}

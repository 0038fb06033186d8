const longestWaitMs = 3_600_000; // setTimeout overflows after 24.8 days

/** Wakes once at the earliest time it was set to; the owner then looks what is due and sets it again. */
export class Alarm {
  private timer: NodeJS.Timeout | undefined;
  private at = Infinity;

  constructor(private readonly ring: () => void) {}

  /** @param at epoch milliseconds; an earlier setting stays */
  set(at: number): void {
    if (at >= this.at) return;
    this.clear();
    this.at = at;
    const wait = Math.min(Math.max(at - Date.now(), 0), longestWaitMs);
    this.timer = setTimeout(() => {
      this.at = Infinity;
      this.ring();
    }, wait);
  }

  clear(): void {
    clearTimeout(this.timer);
    this.at = Infinity;
  }
}

/** The stand-in's own time: expiry, lags and throttling follow it. It can be moved forwards, never back. */
export class Clock {
  private aheadMs = 0;

  constructor(private readonly base: () => number) {}

  readonly now = (): number => this.base() + this.aheadMs;

  advance(seconds: number): void {
    this.aheadMs += seconds * 1000;
  }

  get aheadSeconds(): number {
    return this.aheadMs / 1000;
  }

  clear(): void {
    this.aheadMs = 0;
  }
}

import type { Config } from './config';
import { fingerprint } from './ids';
import { Refusal } from './wireErrors';

interface Meter {
  inFlight: number;
  maxInFlight: number;
  requests: number;
  bytesAdmitted: number;
  firstAt: number;
  lastAt: number;
  peakWindowBytes: number;
  readonly refused: { concurrency: number; bytes: number };
  window: { at: number; bytes: number }[];
}

/** Limits per app and mailbox: requests at once, bytes of PUT, POST and PATCH in a sliding window (https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits). */
export class Throttle {
  private readonly meters = new Map<string, Meter>();

  constructor(
    private readonly limits: () => Config['throttling'],
    private readonly clock: () => number,
  ) {}

  /** Lets a request in and returns what ends it; refuses with 429. `app` is a token's fingerprint, `bytes` its body. */
  enter(app: string, mailbox: string, bytes: number): () => void {
    const meter = this.meter(app, mailbox);
    const counted = bytes < this.limits().freeBytes ? 0 : bytes;
    meter.requests++;
    if (this.limits().enabled) this.refuse(meter, counted);
    this.admit(meter, counted);
    meter.inFlight++;
    meter.maxInFlight = Math.max(meter.maxInFlight, meter.inFlight);
    return () => {
      meter.inFlight--;
    };
  }

  /** Figures for a bench: `share` of the allowance that was used from the first admitted byte on. */
  report(): object[] {
    const { bytes, windowMs } = this.limits();
    return [...this.meters].map(([key, meter]) => {
      const [mailbox, app] = JSON.parse(key) as [string, string];
      const windows = Math.max(1, (meter.lastAt - meter.firstAt) / windowMs);
      const share = meter.bytesAdmitted / (bytes * windows);
      return { mailbox, app, ...meter, window: undefined, windowBytes: this.inWindow(meter), share };
    });
  }

  clear(): void {
    this.meters.clear();
  }

  private meter(app: string, mailbox: string): Meter {
    const key = JSON.stringify([mailbox, app]);
    const known = this.meters.get(key);
    if (known !== undefined) return known;
    const refused = { concurrency: 0, bytes: 0 };
    const none = {
      inFlight: 0,
      maxInFlight: 0,
      requests: 0,
      bytesAdmitted: 0,
      firstAt: 0,
      lastAt: 0,
      peakWindowBytes: 0,
    };
    const fresh: Meter = { ...none, refused, window: [] };
    this.meters.set(key, fresh);
    return fresh;
  }

  private inWindow(meter: Meter): number {
    const since = this.clock() - this.limits().windowMs;
    meter.window = meter.window.filter(({ at }) => at > since);
    return meter.window.reduce((sum, entry) => sum + entry.bytes, 0);
  }

  private refuse(meter: Meter, bytes: number): void {
    const { concurrency, bytes: limit, countRefused } = this.limits();
    if (meter.inFlight >= concurrency) {
      meter.refused.concurrency++;
      throw new Refusal('mailboxConcurrency', '', this.retryAfter(1000));
    }
    const used = this.inWindow(meter);
    if (bytes === 0 || used + bytes <= limit) return;
    meter.refused.bytes++;
    if (countRefused) meter.window.push({ at: this.clock(), bytes });
    throw new Refusal('incomingBytes', '', this.retryAfter(this.roomInMs(meter, bytes)));
  }

  /** How long until so many bytes have left the window that `bytes` fit. */
  private roomInMs(meter: Meter, bytes: number): number {
    const { bytes: limit, windowMs } = this.limits();
    let used = this.inWindow(meter);
    for (const entry of meter.window) {
      used -= entry.bytes;
      if (used + bytes <= limit) return entry.at + windowMs - this.clock();
    }
    return windowMs;
  }

  private admit(meter: Meter, bytes: number): void {
    if (bytes === 0) return;
    const at = this.clock();
    meter.window.push({ at, bytes });
    meter.peakWindowBytes = Math.max(meter.peakWindowBytes, this.inWindow(meter));
    meter.bytesAdmitted += bytes;
    meter.firstAt ||= at;
    meter.lastAt = at;
  }

  private retryAfter(waitMs: number): Record<string, string> {
    const seconds = waitMs / 1000;
    const styles = { integer: String(Math.ceil(seconds)), fractional: seconds.toFixed(3), one: '1', none: undefined };
    const value = styles[this.limits().retryAfter];
    return value === undefined ? {} : { 'retry-after': value };
  }
}

/** Which app a bearer stands for: never the token itself. */
export const appOf = (bearer: string): string => fingerprint(bearer);

/** How long one exchange may take: in all, and (for long bodies) without a byte of progress. */
export interface TimeLimits {
  readonly totalMs: number;
  readonly idleMs?: number;
}

/** A running time limit. `signal` aborts when it is over; `progressed` starts the idle time anew. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  progressed(): void;
  end(): void;
}

/** Starts a time limit; `end` must be called, so that no timer stays behind. */
export function startTimeLimit(limits: TimeLimits): TimeLimit {
  const controller = new AbortController();
  const over = (): void => controller.abort();
  const total = setTimeout(over, limits.totalMs);
  const idle = limits.idleMs === undefined ? undefined : setTimeout(over, limits.idleMs);
  return {
    signal: controller.signal,
    progressed: () => void idle?.refresh(),
    end() {
      clearTimeout(total);
      clearTimeout(idle);
    },
  };
}

/** How long one exchange may take: in all, and (for long bodies) without a byte of progress. */
export interface TimeLimits {
  readonly totalMs: number;
  readonly idleMs?: number;
}

/** A running time limit. `progressed` starts the idle time anew. */
export interface TimeLimit {
  /** Aborts when the time is over. */
  readonly signal: AbortSignal;
  /** Rejects when the time is over: for waiting that heeds no signal. */
  readonly over: Promise<never>;
  progressed(): void;
  end(): void;
}

/** Starts a time limit; `end` must be called, so that no timer stays behind. */
export function startTimeLimit(limits: TimeLimits): TimeLimit {
  const controller = new AbortController();
  const over = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(new Error('The time is over.')), { once: true });
  });
  over.catch(() => undefined); // nobody may be waiting for it
  const end = (): void => controller.abort();
  const total = setTimeout(end, limits.totalMs);
  const idle = limits.idleMs === undefined ? undefined : setTimeout(end, limits.idleMs);
  return {
    signal: controller.signal,
    over,
    progressed: () => void idle?.refresh(),
    end() {
      clearTimeout(total);
      clearTimeout(idle);
    },
  };
}

/**
 * Waits of this process (`setTimeout`) last until the spec lets them end, however slow the machine is; clocks, sockets and
 * `setImmediate` go on. For servers and clients that run inside the spec.
 */
export function holdTimers(): void {
  jest.useFakeTimers({
    doNotFake: [
      'Date',
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setInterval',
      'clearInterval',
    ],
  });
}

/** Lets that much of the held waits pass. */
export function letPass(ms: number): void {
  jest.advanceTimersByTime(ms);
}

/** Asks again until it is so, without a timer; the time limit of the test ends it. */
export async function untilSo(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve));
}

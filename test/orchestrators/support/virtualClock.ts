interface Due {
  readonly at: number;
  readonly no: number;
  readonly run: () => void;
}

/** After so many events the event loop gets its turn: output, signals. */
const eventsAtOnce = 500;

/** Time that passes only when somebody asks for the next thing that is due. Same calls, same order: always. */
export class VirtualClock {
  private readonly queue: Due[] = [];
  private count = 0;
  private done = 0;

  /** @param now ms since 1970 */
  constructor(public now: number) {}

  /** Runs `run` so many ms from now; of two at the same time the one that was asked for first goes first. */
  after(ms: number, run: () => void): void {
    const due = { at: this.now + Math.max(0, ms), no: this.count++, run };
    let place = this.queue.length;
    while (place > 0 && (this.queue[place - 1] as Due).at > due.at) place--;
    this.queue.splice(place, 0, due);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Moves to the next thing that is due, does it and lets all that follows from it settle. False: nothing is due. */
  async next(): Promise<boolean> {
    const due = this.queue.shift();
    if (!due) return false;
    this.now = due.at;
    due.run();
    await settle(++this.done % eventsAtOnce === 0);
    return true;
  }

  /** Goes on until `done`, or until nothing is due, or until `limit` (ms since 1970). */
  async until(done: () => boolean, limit = Infinity): Promise<void> {
    while (!done() && (this.queue[0]?.at ?? Infinity) <= limit && (await this.next()));
  }
}

/** Until all promises have gone on that can: a tick comes when no microtask is left, and is much cheaper than a turn of the event loop. */
const settle = (aTurn: boolean): Promise<void> =>
  new Promise((resolve) => (aTurn ? setImmediate(resolve) : process.nextTick(resolve)));

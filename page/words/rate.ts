interface Mark {
  readonly at: number; // ms
  readonly bytes: number;
}
const windowMs = 8_000;

/** How fast something goes, over the last seconds only. */
export class Rate {
  #marks: Mark[] = [];

  /** @param bytes done in all, at that time (ms) */
  add(bytes: number, at: number): void {
    const last = this.#marks.at(-1);
    if (last && bytes < last.bytes) this.#marks = []; // begun again
    if (last && at - last.at < 100 && this.#marks.length > 1) this.#marks.pop();
    this.#marks.push({ at, bytes });
    while (this.#marks.length > 2 && at - (this.#marks[0]?.at ?? at) > windowMs) this.#marks.shift();
  }

  /** undefined while there is too little to tell */
  get bytesPerSecond(): number | undefined {
    const [first, last] = [this.#marks[0], this.#marks.at(-1)];
    if (!first || !last || last.at - first.at < 500 || last.bytes <= first.bytes) return undefined;
    return ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
  }

  secondsLeft(bytesLeft: number): number | undefined {
    const speed = this.bytesPerSecond;
    return speed === undefined ? undefined : bytesLeft / speed;
  }
}

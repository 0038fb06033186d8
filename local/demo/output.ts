const isTerminal = process.stdout.isTTY;
const barWidth = 30;

/** A line for people. */
export function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** 150000000 -> "150.0 MB"; in the unit that suits `of`, where it is a part of that */
export function megabytes(bytes: number, of = bytes): string {
  return of < 100_000 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Shows how far something is: a bar that moves where there is a terminal, elsewhere a line for each tenth and each news. */
export class ProgressLine {
  #shownTenth = -1;
  #shownNote = '';
  readonly #startedAt = Date.now();

  update(done: number, total: number, note: string): void {
    const share = total === 0 ? 0 : done / total;
    const seconds = ((Date.now() - this.#startedAt) / 1000).toFixed(1);
    const text = `${megabytes(done, total)} of ${megabytes(total)}  ${note}  ${seconds} s`;
    if (isTerminal) {
      const filled = Math.round(share * barWidth);
      process.stdout.write(`\r  [${'#'.repeat(filled)}${' '.repeat(barWidth - filled)}] ${text}\x1b[K`);
    } else if (Math.floor(share * 10) > this.#shownTenth || note !== this.#shownNote) {
      this.#shownTenth = Math.floor(share * 10);
      this.#shownNote = note;
      say(`  ${String(Math.floor(share * 100)).padStart(3)} %  ${text}`);
    }
  }

  end(): void {
    if (isTerminal) process.stdout.write('\n');
  }
}

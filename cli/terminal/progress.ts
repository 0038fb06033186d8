import type { Screen } from './screen';
import { inColumns } from './width';
import { printable, sizeText } from './words';

/** Where a file is on its way. */
export interface Step {
  readonly phase: 'storage' | 'Outlook';
  readonly done: number;
  readonly total: number;
  /** why it waits */
  readonly note?: string;
}

/** Shows files on their way: a bar for each on a terminal, a line every 10 % elsewhere. */
export interface Progress {
  show(file: string, step: Step): void;
  /** The file needs no more lines. */
  end(file: string): void;
}

export const progressOn = (screen: Screen): Progress => (screen.animated ? new Bars(screen) : new Lines(screen));

const redrawMs = 100;

class Bars implements Progress {
  readonly #steps = new Map<string, Step>();
  #drawnAt = 0;

  constructor(private readonly screen: Screen) {}

  show(file: string, step: Step): void {
    this.#steps.set(file, step);
    const isNews = step.done >= step.total || step.note !== undefined;
    if (isNews || Date.now() - this.#drawnAt >= redrawMs) this.#draw();
  }

  end(file: string): void {
    if (this.#steps.delete(file)) this.#draw();
  }

  #draw(): void {
    this.#drawnAt = Date.now();
    this.screen.draw([...this.#steps].map(([file, step]) => barLine(file, step)));
  }
}

const barWidth = 24;

/** `q3.pdf  to Outlook  [========>       ]  34 %  4.3 of 12.6 MB` */
export function barLine(file: string, step: Step): string {
  const percent = percentOf(step);
  const filled = Math.round((barWidth * percent) / 100);
  const bar = `${'='.repeat(filled)}${filled < barWidth ? '>' : ''}`.padEnd(barWidth).slice(0, barWidth);
  const note = step.note === undefined ? `${sizeText(step.done)} of ${sizeText(step.total)}` : step.note;
  return `${inColumns(printable(file), 28)}  to ${step.phase.padEnd(7)} [${bar}] ${String(percent).padStart(3)} %  ${note}`;
}

class Lines implements Progress {
  readonly #said = new Map<string, { tenth: number; note: string | undefined }>();

  constructor(private readonly screen: Screen) {}

  show(file: string, step: Step): void {
    const key = `${step.phase} ${file}`;
    const before = this.#said.get(key) ?? { tenth: 0, note: undefined };
    const tenth = Math.floor(percentOf(step) / 10);
    const isNews = step.note !== undefined && step.note !== before.note;
    if (tenth <= before.tenth && !isNews) return;
    this.#said.set(key, { tenth: Math.max(tenth, before.tenth), note: step.note });
    const size = `${sizeText(step.done)} of ${sizeText(step.total)}`;
    const what = isNews ? `, ${step.note ?? ''}` : ` (${size})`;
    this.screen.say(
      `${printable(file)}: to ${step.phase} ${tenth > before.tenth ? tenth * 10 : percentOf(step)} %${what}`,
    );
  }

  end(file: string): void {
    for (const key of this.#said.keys()) if (key.endsWith(` ${file}`)) this.#said.delete(key);
  }
}

const percentOf = ({ done, total }: Step): number =>
  total === 0 ? 0 : Math.min(100, Math.floor((100 * done) / total));

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
  /** draws what came too soon after the last drawing */
  #later: NodeJS.Timeout | undefined;

  constructor(private readonly screen: Screen) {}

  show(file: string, step: Step): void {
    const isNews = step.phase !== this.#steps.get(file)?.phase || step.done >= step.total;
    this.#steps.set(file, step);
    if (isNews || Date.now() - this.#drawnAt >= redrawMs) this.#draw();
    else this.#later ??= setTimeout(() => this.#draw(), redrawMs);
  }

  end(file: string): void {
    if (this.#steps.delete(file)) this.#draw();
  }

  #draw(): void {
    clearTimeout(this.#later);
    this.#later = undefined;
    this.#drawnAt = Date.now();
    this.screen.draw([...this.#steps].map(([file, step]) => barLine(file, step)));
  }
}

const nameWidth = 22;
const barWidth = 18;

/** `q3.pdf  to Outlook  [======>           ]  34 %  4.3 MB of 13 MB`; why it waits takes the place of the bar. */
export function barLine(file: string, step: Step): string {
  const percent = percentOf(step);
  const filled = Math.round((barWidth * percent) / 100);
  const bar = `[${'='.repeat(filled)}${filled < barWidth ? '>' : ''}`.padEnd(barWidth + 1).slice(0, barWidth + 1) + ']';
  const [middle, end] =
    step.note === undefined ? [`${bar} `, `${sizeText(step.done)} of ${sizeText(step.total)}`] : ['', step.note];
  return `${inColumns(printable(file), nameWidth)}  to ${step.phase} ${middle}${String(percent).padStart(3)} %  ${end}`;
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

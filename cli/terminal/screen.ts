import { fitted } from './width';

/** One of the process's two outputs, as far as it is used here. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): boolean;
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
}

const clearLine = '\r\u001b[2K';
const lineUp = '\u001b[1A';

/**
 * Data goes to stdout, everything for people to stderr. Lines that are drawn stand below what was said and are replaced
 * by the next ones. Where the reader of an output has gone (EPIPE) the rest of it is dropped in silence.
 */
export class Screen {
  /** whether lines can be replaced: a terminal that knows how */
  readonly animated: boolean;
  readonly coloured: boolean;
  readonly #gone = new Set<Terminal>();
  #drawn: readonly string[] = [];

  constructor(
    private readonly out: Terminal,
    private readonly err: Terminal,
    env: Readonly<Record<string, string | undefined>>,
  ) {
    const dumb = env['TERM'] === 'dumb';
    this.animated = err.isTTY === true && !dumb;
    this.coloured = err.isTTY === true && !dumb && !env['NO_COLOR'];
    for (const terminal of [out, err]) terminal.on('error', (error) => this.#failed(terminal, error));
  }

  /** Whether nobody reads stdout any more. */
  get readerGone(): boolean {
    return this.#gone.has(this.out);
  }

  get outIsTerminal(): boolean {
    return this.out.isTTY === true;
  }

  /** A line of data. */
  data(line: string): void {
    this.#above(() => this.#write(this.out, `${line}\n`));
  }

  /** A line for people. */
  say(line: string): void {
    this.#above(() => this.#write(this.err, `${line}\n`));
  }

  /** Replaces the lines that were drawn before. Only where `animated`. */
  draw(lines: readonly string[]): void {
    const width = Math.max(20, (this.err.columns || 80) - 1);
    const fitting = lines.map((line) => fitted(line, width));
    this.#write(this.err, erase(this.#drawn.length) + fitting.map((line) => `${line}\n`).join(''));
    this.#drawn = fitting;
  }

  red = (text: string): string => this.#paint('31', text);
  green = (text: string): string => this.#paint('32', text);
  dim = (text: string): string => this.#paint('2', text);

  #paint(code: string, text: string): string {
    return this.coloured ? `\u001b[${code}m${text}\u001b[0m` : text;
  }

  #above(write: () => void): void {
    const drawn = this.#drawn;
    if (drawn.length > 0) this.draw([]);
    write();
    if (drawn.length > 0) this.draw(drawn);
  }

  #write(terminal: Terminal, text: string): void {
    if (text !== '' && !this.#gone.has(terminal)) terminal.write(text);
  }

  #failed(terminal: Terminal, error: NodeJS.ErrnoException): void {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    this.#gone.add(terminal);
  }
}

const erase = (lines: number): string => `${lineUp}${clearLine}`.repeat(lines);

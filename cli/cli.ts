import type { Readable } from 'node:stream';
import type { Interrupts } from './interrupts';
import type { Screen } from './terminal/screen';

/** What a command is given of the process. */
export interface Cli {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable;
  readonly screen: Screen;
  readonly interrupts: Interrupts;
}

/** One word of the command line. */
export interface Command {
  readonly name: string;
  /** one line for the list of commands */
  readonly summary: string;
  /** examples first */
  readonly help: string;
  /** @returns the exit code */
  run(args: readonly string[], cli: Cli): Promise<number>;
}

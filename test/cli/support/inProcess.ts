import { Readable } from 'node:stream';
import { Interrupts } from '../../../cli/interrupts';
import { run } from '../../../cli/run';
import { Screen, type Terminal } from '../../../cli/terminal/screen';
import type { Ended } from './command';

/** What was written to an output, on a terminal or not. */
export class WrittenTo implements Terminal {
  text = '';
  constructor(
    readonly isTTY = false,
    readonly columns = 80,
  ) {}
  write(text: string): boolean {
    this.text += text;
    return true;
  }
  on(): void {
    // never fails
  }
}

/** The same command line in this process: for many small cases. */
export async function runHere(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const [out, err] = [new WrittenTo(), new WrittenTo()];
  const screen = new Screen(out, err, env);
  const interrupts = new Interrupts(
    (line) => screen.say(line),
    () => undefined,
  );
  const code = await run(args, { env, stdin: Readable.from([]), screen, interrupts });
  return { code, stdout: out.text, stderr: err.text };
}

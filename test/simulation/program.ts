import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { Figures } from './figures';

const main = join(__dirname, '../../dist/test/simulation/main.js');
const mostBytes = 64 * 1024 * 1024;
/** Nearly everything dies young. */
const memory = ['--min-semi-space-size=32', '--max-semi-space-size=64'];

/** The figures of random runs, or of each scenario and budget that was enumerated. */
export type Told = Figures & { readonly scenario?: string };

/**
 * Runs the simulation as `npm run sim` does, in a process of its own: there it is twice as fast as inside jest. `failure` is
 * what it says of a run that broke an invariant: the seed, the schedule, how to run it again.
 */
export function simulation(...args: string[]): Promise<{ figures: Told[]; failure: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...memory, main, '--json', ...args],
      { maxBuffer: mostBytes },
      (error, stdout, stderr) => {
        const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
        const figures = lines.map((line) => JSON.parse(line) as Told);
        resolve({ figures, failure: error ? `${error.message}\n${stderr}` : '' });
      },
    );
  });
}

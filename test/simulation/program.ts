import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { Figures } from './figures';

const main = join(__dirname, '../../dist/test/simulation/main.js');
const mostBytes = 64 * 1024 * 1024;
/** Nearly everything dies young. */
const memory = ['--min-semi-space-size=32', '--max-semi-space-size=64'];

/**
 * Runs the simulation as `npm run sim` does, in a process of its own: there it is twice as fast as inside jest. `failure` is
 * what it says of a run that broke an invariant: the seed, the schedule, how to run it again.
 */
export function simulation(...args: string[]): Promise<{ figures: Figures | undefined; failure: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...memory, main, '--json', ...args],
      { maxBuffer: mostBytes },
      (error, stdout, stderr) => {
        const line = stdout.trim().split('\n').at(-1) ?? '';
        const figures = line.startsWith('{') ? (JSON.parse(line) as Figures) : undefined;
        resolve({ figures, failure: error ? `${error.message}\n${stderr}` : '' });
      },
    );
  });
}

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { appRoot, distFile } from '../local/parts/paths';
import { round, type Benchmark } from './measure';

// What would take hours runs on a virtual clock: the real orchestrator and the real pacer of the mailbox on the library's
// replay executor, in test/simulation. The benchmark shares no code with the app: it starts a program and reads its figures.

const run = promisify(execFile);
const putMs = 500;

interface PacingFigures {
  quotaUsed: number;
  quotaUsedSteady: number;
  smallFileWaitP95Ms: number;
  smallFiles: number;
  throttled: number;
  virtualMinutes: number;
}
interface RunFigures {
  runs: number;
  faults: number;
  violations: number;
  ends: Record<string, number>;
  falseUnknown: number;
  runsPerSecond: number;
}

async function figuresOf<T>(script: string, ...args: string[]): Promise<T> {
  const tsc = join(appRoot, 'node_modules', 'typescript', 'bin', 'tsc');
  await run(process.execPath, [tsc, '-b', join(appRoot, 'test', 'simulation')], { cwd: appRoot });
  const options = { cwd: appRoot, maxBuffer: 64 * 1024 * 1024 };
  const { stdout } = await run(process.execPath, [distFile('test', 'simulation', script), ...args], options);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as T;
}

let measuredOnce: Promise<PacingFigures> | undefined;
const pacing = (): Promise<PacingFigures> => (measuredOnce ??= figuresOf('pacingMain.js', `${putMs}`));

/** Five files of 150 MiB to one mailbox, from the first byte to the end of the last full window. */
export const quotaUsed: Benchmark = async () => {
  const { quotaUsed: value, quotaUsedSteady, throttled, virtualMinutes } = await pacing();
  const vs =
    `157286400 bytes in any 300 s and 4 requests at once, strictly; five files of 150 MiB, ${putMs} ms a PUT, ` +
    `${virtualMinutes} min on a virtual clock; ${throttled} times 429; after the first window ${round(quotaUsedSteady)}`;
  return [{ name: 'quota_used', value: round(value), unit: 'share', vs }];
};

/** From the arrival of a file of 1 MB to the moment when the service takes it, behind five of 150 MiB. */
export const smallFileWait: Benchmark = async () => {
  const { smallFileWaitP95Ms, smallFiles, throttled } = await pacing();
  const vs = `p95 of ${smallFiles} files of 1 MB, five in every 300 s, among five of 150 MiB; virtual clock; ${throttled} times 429`;
  return [{ name: 'small_file_wait_ms', value: smallFileWaitP95Ms, unit: 'ms', vs }];
};

let ranOnce: Promise<RunFigures> | undefined;
const randomRuns = (): Promise<RunFigures> =>
  (ranOnce ??= figuresOf<RunFigures>(
    'main.js',
    ...['--seed', `${Date.now() % 1_000_000_000}`, '--runs', '100000', '--json'],
  ));

/** Random schedules of faults, crashes and cancels; each must keep every invariant. */
export const faultRuns: Benchmark = async () => {
  const { runs, faults, violations, ends, runsPerSecond } = await randomRuns();
  const vs = `${faults} faults, ${violations} broken invariants, ${runsPerSecond} runs a second; ends: ${JSON.stringify(ends)}`;
  return [{ name: 'fault_runs', value: runs, unit: 'runs', vs }];
};

/** Of the uploads that ended as OutcomeUnknown: those that were shown the truth after all that they had sent could be seen. */
export const falseUnknown: Benchmark = async () => {
  const { falseUnknown: share, runs, ends } = await randomRuns();
  const unknown = ends['OutcomeUnknown'] ?? 0;
  const vs = `${Math.round(share * unknown)} of ${unknown} ends as OutcomeUnknown, in ${runs} random runs`;
  return [{ name: 'false_unknown', value: round(share), unit: 'share', vs }];
};

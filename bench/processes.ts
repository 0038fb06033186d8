import { readdirSync, readFileSync } from 'node:fs';
import type { Laptop } from '../local/parts/laptop';

/** What a process has used since its start. Linux only: /proc. */
export interface Usage {
  cpuSeconds: number;
  /** the highest resident size so far, bytes */
  peakBytes: number;
  /** resident now, bytes */
  residentBytes: number;
  /** open files, sockets and pipes */
  handles: number;
}

const ticksPerSecond = 100; // USER_HZ, the same on every Linux that Node runs on

/** @throws Error on a system without /proc */
export function usageOf(pid: number): Usage {
  needsLinux();
  const kb = (field: string): number => statusKb(pid, field) * 1024;
  return {
    cpuSeconds: cpuTicks(pid) / ticksPerSecond,
    peakBytes: kb('VmHWM'),
    residentBytes: kb('VmRSS'),
    handles: count(`/proc/${pid}/fd`),
  };
}

/** The processes that this one has started and that still run. */
export function childrenOf(parent: number): number[] {
  needsLinux();
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => statusKb(pid, 'PPid') === parent);
}

/** CPU seconds of each part so far. */
export function cpuOfParts({ laptop }: { laptop: Laptop }): Readonly<Record<string, number>> {
  const pidOf = (part: { readonly pid?: number | undefined } | undefined): number => part?.pid ?? 0;
  const of = (pids: readonly number[]): number => pids.reduce((sum, pid) => sum + usageOf(pid).cpuSeconds, 0);
  const host = pidOf(laptop.host);
  return {
    worker: of(childrenOf(host)),
    host: of([host]),
    Azurite: of([pidOf(laptop.azurite)]),
    'stand-in': of([pidOf(laptop.outlook)]),
  };
}

/** CPU seconds of all parts so far. */
export const cpuSeconds = (of: { laptop: Laptop }): number =>
  Object.values(cpuOfParts(of)).reduce((sum, seconds) => sum + seconds, 0);

export const megabytes = (bytes: number): number => Math.round(bytes / 1e5) / 10;

function needsLinux(): void {
  if (process.platform !== 'linux') throw new Error('This reads /proc: it can be measured on Linux only.');
}

function statusKb(pid: number, field: string): number {
  const line = new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(read(`/proc/${pid}/status`));
  return Number(line?.[1] ?? 0);
}

/** User and system time; the name, which may hold spaces, ends with the last parenthesis. */
function cpuTicks(pid: number): number {
  const fields = read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
}

function count(folder: string): number {
  try {
    return readdirSync(folder).length;
  } catch {
    return 0;
  }
}

/** Nothing for a process that has ended meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

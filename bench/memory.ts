import { readdirSync, readFileSync } from 'node:fs';
import { putSampleBlob } from '../local/parts/sampleBytes';
import { attach, median, withApp, type Bench, type Benchmark } from './measure';

const runs = 3;
const smallBytes = 4 * 1024 * 1024;
const largeBytes = 157_286_400;

/** Bytes by which the peak of a process grew. */
interface Growth {
  host: number;
  worker: number;
}

/** How much the peaks of the host and of its worker with the app grow, together, from a file of 4 MiB to one of 150 MiB. */
export const rssGrowth: Benchmark = async () => {
  if (process.platform !== 'linux') throw new Error('rss_growth_mb reads /proc: it can be measured on Linux only.');
  const growths: Growth[] = [];
  for (let run = 0; run < runs; run++) growths.push(await withApp(growthOfOneRun));
  const each = growths.map(({ host, worker }) => `${megabytes(host)} + ${megabytes(worker)}`).join(', ');
  const vs = `the peaks with 4 MiB; host + worker of each run: ${each}`;
  const value = median(growths.map(({ host, worker }) => megabytes(host + worker)));
  return [{ name: 'rss_growth_mb', value, unit: 'MB', vs }];
};

async function growthOfOneRun(bench: Bench): Promise<Growth> {
  await putSampleBlob(bench.laptop.storage, 'uploads', 'small.bin', smallBytes);
  await putSampleBlob(bench.laptop.storage, 'uploads', 'large.bin', largeBytes);
  await attach(bench, 'uploads/small.bin', 'small@contoso.com');
  const before = peaks(bench);
  await attach(bench, 'uploads/large.bin', 'large@contoso.com');
  const after = peaks(bench);
  return { host: after.host - before.host, worker: after.worker - before.worker };
}

const megabytes = (bytes: number): number => Math.round(bytes / 1e5) / 10;

/** VmHWM, the highest resident size so far. */
function peaks({ laptop }: Bench): Growth {
  const pid = laptop.host?.pid ?? 0;
  const peak = (one: number): number => statusKb(one, 'VmHWM') * 1024;
  return { host: peak(pid), worker: childrenOf(pid).reduce((sum, child) => sum + peak(child), 0) };
}

function childrenOf(parent: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => statusKb(pid, 'PPid') === parent);
}

function statusKb(pid: number, field: string): number {
  try {
    const line = new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(line?.[1] ?? 0);
  } catch {
    return 0; // it ended meanwhile
  }
}

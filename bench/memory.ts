import { readdirSync, readFileSync } from 'node:fs';
import { putSampleBlob } from '../local/parts/sampleBytes';
import { attach, median, round, withApp, type Bench, type Benchmark } from './measure';

const runs = 3;
const smallBytes = 4 * 1024 * 1024;
const largeBytes = 157_286_400;

/** How much the peak of the host process and the worker with the app grows from a file of 4 MiB to one of 150 MiB. */
export const rssGrowth: Benchmark = async () => {
  if (process.platform !== 'linux') throw new Error('rss_growth_mb reads /proc: it can be measured on Linux only.');
  const growths: number[] = [];
  for (let run = 0; run < runs; run++) growths.push(await withApp(growthOfOneRun));
  const vs = `peak of the host and its worker with 4 MiB; runs: ${growths.map(round).join(', ')}`;
  return [{ name: 'rss_growth_mb', value: round(median(growths)), unit: 'MB', vs }];
};

async function growthOfOneRun(bench: Bench): Promise<number> {
  await putSampleBlob(bench.laptop.storage, 'uploads', 'small.bin', smallBytes);
  await putSampleBlob(bench.laptop.storage, 'uploads', 'large.bin', largeBytes);
  await attach(bench, 'uploads/small.bin', 'small@contoso.com');
  const before = peakBytes(bench);
  await attach(bench, 'uploads/large.bin', 'large@contoso.com');
  return (peakBytes(bench) - before) / 1e6;
}

/** VmHWM, the highest resident size so far, summed over the host and what it forked. */
function peakBytes({ laptop }: Bench): number {
  const host = laptop.host?.pid ?? 0;
  return [host, ...childrenOf(host)].reduce((sum, pid) => sum + statusKb(pid, 'VmHWM') * 1024, 0);
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

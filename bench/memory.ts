import { putSampleBlob } from '../local/parts/sampleBytes';
import { attach, median, withApp, type Bench, type Benchmark } from './measure';
import { childrenOf, megabytes, usageOf } from './processes';

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

/** VmHWM, the highest resident size so far. */
function peaks({ laptop }: Bench): Growth {
  const pid = laptop.host?.pid ?? 0;
  return {
    host: usageOf(pid).peakBytes,
    worker: childrenOf(pid).reduce((sum, one) => sum + usageOf(one).peakBytes, 0),
  };
}

import { putSampleBlob } from '../local/parts/sampleBytes';
import { attach, median, round, withApp, type Benchmark, type Figure } from './measure';
import { rangeBytes, rawPuts } from './rawPuts';

const size = 157_286_400;
const putMs = 150;
const ranges = Math.ceil(size / rangeBytes);
const runs = 3;

interface Run {
  rawMs: number;
  attachedMs: number;
  endToEndMs: number;
}

/** 150 MiB at 150 ms a PUT through the app, over the same raw PUTs; medians of three. */
async function measureRuns(): Promise<Run[]> {
  return withApp(async (bench) => {
    await putSampleBlob(bench.laptop.storage, 'uploads', 'large.bin', size);
    await putSampleBlob(bench.laptop.storage, 'uploads', 'warm.bin', 8_000_000);
    await attach(bench, 'uploads/warm.bin', 'warm@contoso.com');
    await bench.outlook.configure({ latencyMs: { put: putMs } });
    const measured: Run[] = [];
    for (let run = 0; run < runs; run++) {
      const rawItem = await bench.outlook.createItem(`users/raw${run}@contoso.com/messages`);
      const rawMs = await rawPuts(bench.outlook, rawItem, size);
      measured.push({ rawMs, ...(await attach(bench, 'uploads/large.bin', `app${run}@contoso.com`)) });
    }
    return measured;
  });
}

let measuredOnce: Promise<Run[]> | undefined;

async function figures(): Promise<Record<'endToEnd' | 'attached' | 'overhead', Figure>> {
  const all = await (measuredOnce ??= measureRuns());
  const rawMs = median(all.map((run) => run.rawMs));
  const vs = `${ranges} raw PUTs of ${rangeBytes} bytes at ${putMs} ms in one loop: ${Math.round(rawMs)} ms`;
  const ratio = (pick: (run: Run) => number): number => round(median(all.map((run) => pick(run) / run.rawMs)));
  const overhead = median(all.map((run) => (run.attachedMs - run.rawMs) / ranges));
  return {
    endToEnd: { name: 'end_to_end_ratio', value: ratio((run) => run.endToEndMs), unit: 'x', vs },
    attached: { name: 'attached_ratio', value: ratio((run) => run.attachedMs), unit: 'x', vs },
    overhead: { name: 'overhead_per_range_ms', value: round(overhead), unit: 'ms', vs },
  };
}

export const endToEndRatio: Benchmark = async () => [(await figures()).endToEnd];
export const attachedRatio: Benchmark = async () => [(await figures()).attached];
/** Until the last byte was taken: accepting, starting, reading storage, replaying, and what a PUT costs beyond a raw one. */
export const overheadPerRange: Benchmark = async () => [(await figures()).overhead];

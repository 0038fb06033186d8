import { putSampleBlob } from '../local/parts/sampleBytes';
import { attach, median, repeats, round, withApp, type Bench, type Benchmark, type Figure } from './measure';
import type { Way } from './peers/job';
import { type RunPeer, withPeers } from './peers/runPeer';
import { tallies, type Tally } from './peers/underFaults';
import { childrenOf, megabytes, usageOf } from './processes';
import { rangeBytes } from './rawPuts';
import { measuredOn, table, writeSection } from './report';

const size = 157_286_400;
const putMs = 150;
const runs = repeats(3);
const sdkDefaultBytes = 5 * 1024 * 1024;

interface Cost {
  wallMs: number;
  cpuSeconds: number;
  peakBytes: number;
}

const peers: [string, Way, number][] = [
  ['Graph SDK, its default of 5 MiB a PUT', 'sdk', sdkDefaultBytes],
  ['Graph SDK, our 3.75 MiB a PUT', 'sdk', rangeBytes],
  ['plain `fetch` in a loop, 3.75 MiB a PUT', 'raw', rangeBytes],
];
const ours = 'blob-to-outlook, until attached';
const oursVerified = 'blob-to-outlook, until read back and compared';

/** The app beside Microsoft's Graph SDK: time, memory and CPU of one large file, and what becomes of 100 files with faults. */
export const vsPeers: Benchmark = async () => {
  const costs = await withApp(measure);
  const found = await tallies();
  writeSection('vs_peers', `${costTable(costs)}\n\n${tallyTable(found)}\n\n${measuredOn()}`);
  const wall = (way: string): number => costs.get(way)?.wallMs ?? Number.NaN;
  const [sdkDefault = '', sdkOurs = ''] = peers.map(([way]) => way);
  const figures: Figure[] = [
    {
      name: 'vs_graph_sdk',
      value: round(wall(ours) / wall(sdkOurs)),
      unit: 'x',
      vs: `${sdkOurs}: ${ms(wall(sdkOurs))} ms`,
    },
    {
      name: 'vs_graph_sdk_default',
      value: round(wall(ours) / wall(sdkDefault)),
      unit: 'x',
      vs: `${sdkDefault}: ${ms(wall(sdkDefault))} ms`,
    },
  ];
  return [...figures, ...found.map(figureOf)];
};

const ms = (value: number): number => Math.round(value);

async function measure(bench: Bench): Promise<Map<string, Cost>> {
  await putSampleBlob(bench.laptop.storage, 'uploads', 'large.bin', size);
  await putSampleBlob(bench.laptop.storage, 'uploads', 'warm.bin', 8_000_000);
  await attach(bench, 'uploads/warm.bin', 'warm@contoso.com');
  await bench.outlook.configure({ latencyMs: { put: putMs } });
  const measured = new Map<string, Cost[]>();
  const note = (way: string, cost: Cost): void => void measured.set(way, [...(measured.get(way) ?? []), cost]);
  await withPeers(bench, async (runPeer) => {
    for (let run = 0; run < runs; run++) {
      for (const [way, ...how] of peers) note(way, await byPeer(bench, runPeer, ...how));
      const { attachedMs, endToEndMs, ...cost } = await byApp(bench, run);
      note(ours, { ...cost, wallMs: attachedMs });
      note(oursVerified, { ...cost, wallMs: endToEndMs });
    }
  });
  return new Map([...measured].map(([way, all]) => [way, medianOf(all)]));
}

async function byPeer({ outlook }: Bench, runPeer: RunPeer, way: Way, range: number): Promise<Cost> {
  const items = [await outlook.createItem('users/peer@contoso.com/messages')];
  const job = { way, onFailure: 'stop', container: 'uploads', blob: 'large.bin', size, rangeBytes: range } as const;
  const { succeeded, errors, ...cost } = await runPeer({ ...job, items, parallel: 1 });
  if (succeeded.length !== 1) throw new Error(`The peer ${way} failed with ${range} bytes a PUT: ${errors.join()}`);
  return cost;
}

/** Its host and its worker together: they serve everybody, the peer's process this one file. */
async function byApp(bench: Bench, run: number): Promise<Cost & { attachedMs: number; endToEndMs: number }> {
  const host = bench.laptop.host?.pid ?? 0;
  const pids = [host, ...childrenOf(host)];
  const cpu = (): number => pids.reduce((sum, pid) => sum + usageOf(pid).cpuSeconds, 0);
  const before = cpu();
  const took = await attach(bench, 'uploads/large.bin', `app${run}@contoso.com`);
  const peakBytes = pids.reduce((sum, pid) => sum + usageOf(pid).peakBytes, 0);
  return { ...took, wallMs: took.endToEndMs, cpuSeconds: cpu() - before, peakBytes };
}

const medianOf = (all: Cost[]): Cost => ({
  wallMs: median(all.map(({ wallMs }) => wallMs)),
  cpuSeconds: median(all.map(({ cpuSeconds }) => cpuSeconds)),
  peakBytes: median(all.map(({ peakBytes }) => peakBytes)),
});

function costTable(costs: Map<string, Cost>): string {
  const floor = costs.get(peers.at(-1)?.[0] ?? '')?.wallMs ?? Number.NaN;
  const rows = [...costs].map(([way, { wallMs, cpuSeconds, peakBytes }]) => [
    way,
    (wallMs / 1000).toFixed(1),
    `${(wallMs / floor).toFixed(2)} x`,
    cpuSeconds.toFixed(1),
    megabytes(peakBytes).toFixed(0),
  ]);
  const head = ['150 MiB at 150 ms a PUT', 'seconds', 'over the loop', 'CPU seconds', 'peak MB'];
  return `${table(head, rows)}\n\nMedians of ${runs}. Peers: one process each, over https. blob-to-outlook: its local host and its worker together.`;
}

function tallyTable(all: Tally[]): string {
  const head = [
    '100 files of 3.2 MB, 5 PUTs each',
    'attached once',
    'twice or more',
    'missing',
    'sessions left open',
    'told wrongly',
  ];
  const rows = all.map(({ way, right, doubled, missing, open, toldWrongly }) => [
    way,
    right,
    doubled,
    missing,
    open,
    toldWrongly,
  ]);
  return `Of twenty PUTs one is committed and its reply lost, one answered 503, one 429 (\`Retry-After: 1\`):\n\n${table(head, rows)}`;
}

const figureOf = ({ way, right, doubled, missing, open, toldWrongly }: Tally): Figure => ({
  name: 'attached_right_of_100',
  value: right,
  unit: 'files',
  vs: `${way}: ${doubled} doubled, ${missing} missing, ${open} sessions open, ${toldWrongly} told wrongly`,
});

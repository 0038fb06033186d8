import { setTimeout as delay } from 'node:timers/promises';
import { isFinal, type UploadView } from '../local/parts/appClient';
import { putSampleBlob } from '../local/parts/sampleBytes';
import { median, percentile, repeats, round, withApp, type Bench, type Benchmark } from './measure';
import type { Outcome } from './peers/job';
import { runJob } from './peers/runPeer';
import { childrenOf, cpuSeconds, megabytes, usageOf } from './processes';
import { rangeBytes } from './rawPuts';

const putMs = 150;
const withinMs = 900_000;

/** A file of 12 MiB to each of twenty mailboxes at once, over twenty raw loops at once. */
const parallel = { mailboxes: 20, size: 12 * 1024 * 1024, runs: repeats(3) };

interface Run {
  rawMs: number;
  /** of all parts together, and of the process of the loops */
  rawCpu: number;
  appCpu: number;
  attachedMs: number;
  verifiedMs: number;
}

let measuredOnce: Promise<Run[]> | undefined;

const measureRuns = (): Promise<Run[]> =>
  withApp(async (bench) => {
    await putSampleBlob(bench.laptop.storage, 'uploads', 'file.bin', parallel.size);
    await bench.outlook.configure({ latencyMs: { put: putMs } });
    await attachToAll(bench, 'warm', 2);
    const runs: Run[] = [];
    for (let run = 0; run < parallel.runs; run++) {
      const before = cpuSeconds(bench);
      const raw = await rawToAll(bench, `raw${run}`);
      const between = cpuSeconds(bench);
      const app = await attachToAll(bench, `app${run}`, parallel.mailboxes);
      const appCpu = cpuSeconds(bench) - between;
      runs.push({ rawMs: raw.wallMs, rawCpu: between - before + raw.cpuSeconds, appCpu, ...app });
    }
    return runs;
  });

/** Both read the blob from Azurite and PUT to the stand-in; the loops are one process, which only does that. */
export const mailboxesParallel: Benchmark = async () => {
  const runs = await (measuredOnce ??= measureRuns());
  const ratio = (pick: (run: Run) => number): number => round(median(runs.map((run) => pick(run) / run.rawMs)));
  const rawMs = Math.round(median(runs.map((run) => run.rawMs)));
  const vs =
    `${parallel.mailboxes} raw loops at once, each reading 12 MiB and PUTting it at ${putMs} ms: ${rawMs} ms; ` +
    `until all are read back and compared ${ratio((run) => run.verifiedMs)} x; CPU of all processes together, with reading ` +
    `back, ${round(median(runs.map((run) => run.appCpu / run.rawCpu)))} x that of the loops; medians of ${parallel.runs}`;
  return [{ name: 'mailboxes_parallel', value: ratio((run) => run.attachedMs), unit: 'x', vs }];
};

async function rawToAll({ laptop, outlook }: Bench, prefix: string): Promise<Outcome> {
  const items = await drafts(outlook, prefix, parallel.mailboxes);
  const { graphUrl, storage } = laptop;
  const how = { way: 'raw', onFailure: 'stop', container: 'uploads', blob: 'file.bin', rangeBytes } as const;
  const outcome = await runJob({ ...how, graphUrl, storage, size: parallel.size, items, parallel: 20 });
  if (outcome.errors.length > 0) throw new Error(`A raw loop failed: ${outcome.errors.join('; ')}`);
  return outcome;
}

/** @returns milliseconds until the last byte was taken, and until the last upload has ended */
async function attachToAll(
  bench: Bench,
  prefix: string,
  count: number,
): Promise<Pick<Run, 'attachedMs' | 'verifiedMs'>> {
  const items = await drafts(bench.outlook, prefix, count);
  const startedAt = Date.now();
  const ids = await Promise.all(items.map((item) => begun(bench, item)));
  // not by asking the app: answers cost time, too
  const committed = await Promise.all(items.map((item) => untilCommitted(bench, item)));
  await Promise.all(ids.map((id) => succeeded(bench, id)));
  return { attachedMs: Math.max(...committed) - startedAt, verifiedMs: Date.now() - startedAt };
}

async function untilCommitted({ outlook }: Bench, item: string): Promise<number> {
  for (const giveUpAt = Date.now() + withinMs; Date.now() < giveUpAt;) {
    const [attachment] = await outlook.attachments(item);
    if (attachment) return Date.parse(attachment.committedAt);
    await delay(1_000);
  }
  throw new Error(`Nothing was attached to ${item} within ${withinMs} ms.`);
}

async function begun({ app }: Bench, item: string): Promise<string> {
  return (await app.createUpload({ blob: 'uploads/file.bin', item })).id;
}

async function succeeded({ app }: Bench, id: string): Promise<UploadView> {
  const upload = await app.until(id, isFinal, undefined, withinMs);
  if (upload.status !== 'succeeded') throw new Error(`It ended as ${JSON.stringify(upload)}`);
  return upload;
}

const drafts = (outlook: Bench['outlook'], prefix: string, count: number, mailboxes = count): Promise<string[]> =>
  Promise.all(
    Array.from({ length: count }, (_, n) => outlook.createItem(`users/${prefix}${n % mailboxes}@contoso.com/messages`)),
  );

/** 200 files of 4 MiB, each to a draft of its own in one of 50 mailboxes, all at once. */
const many = { uploads: 200, mailboxes: 50, size: 4 * 1024 * 1024, putMs: 50 };

/** That all end, how far the slowest is behind the usual one, and what memory it takes. */
export const mailboxes200: Benchmark = () =>
  withApp(async (bench) => {
    await putSampleBlob(bench.laptop.storage, 'uploads', 'file.bin', many.size);
    await bench.outlook.configure({ latencyMs: { put: many.putMs } });
    await attachToAll(bench, 'warm', 2);
    const host = bench.laptop.host?.pid ?? 0;
    const [worker = 0] = childrenOf(host);
    const before = { host: usageOf(host).residentBytes, worker: usageOf(worker).residentBytes };
    const items = await drafts(bench.outlook, 'many', many.uploads, many.mailboxes);
    const startedAt = Date.now();
    const ids = await Promise.all(items.map((item) => begun(bench, item)));
    const committed = await Promise.all(items.map((item) => untilCommitted(bench, item)));
    const took = committed.map((at) => at - startedAt);
    for (const id of ids) await succeeded(bench, id);
    const [usual, worst] = [percentile(took, 0.5), Math.max(...took)];
    const grown = (pid: number, from: number): number => megabytes(usageOf(pid).peakBytes - from);
    const vs = `median ${Math.round(usual)} ms, worst ${Math.round(worst)} ms, ${many.uploads} of 4 MiB over ${many.mailboxes} mailboxes`;
    return [
      { name: 'mailboxes_200_fairness', value: round(worst / usual), unit: 'x', vs },
      {
        name: 'mailboxes_200_memory_mb',
        value: megabytes(usageOf(host).peakBytes + usageOf(worker).peakBytes - before.host - before.worker),
        unit: 'MB',
        vs: `before: host +${grown(host, before.host)}, worker +${grown(worker, before.worker)}`,
      },
    ];
  });

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isFinal } from '../local/parts/appClient';
import { putSampleBlob } from '../local/parts/sampleBytes';
import { median, withApp, type Bench, type Benchmark, type Figure } from './measure';
import { childrenOf, megabytes, usageOf } from './processes';

/** BENCH_MINUTES: how long it runs. */
const minutes = Number(process.env['BENCH_MINUTES'] || 30);
const uploadsAtOnce = 6;
const sampleEveryMs = Math.min(15_000, (minutes * 60_000) / 30);
/** Finished uploads are kept for a minute and a half, so that what is kept on purpose stays the same. */
const retentionDays = '0.001';
const sizes = { 'small.bin': 50_000, 'ranges.bin': 5_000_000 } as const;
type BlobName = keyof typeof sizes;

interface Sample {
  hostMb: number;
  workerMb: number;
  handles: number;
  stateMb: number;
}
interface Tally {
  ended: Record<string, number>;
  wrong: number;
}

/** Half an hour of uploads, one request in fifty failing: nothing may grow that is not kept on purpose. */
export const soak: Benchmark = () =>
  withApp(
    async (bench) => {
      const sha256 = new Map<string, string>();
      for (const [name, size] of Object.entries(sizes))
        sha256.set(name, await putSampleBlob(bench.laptop.storage, 'uploads', name, size));
      const until = Date.now() + minutes * 60_000;
      const tally: Tally = { ended: {}, wrong: 0 };
      const samples: Sample[] = [];
      const failing = keepFailing(bench, until);
      const uploads = Array.from({ length: uploadsAtOnce }, (_, n) => keepUploading(bench, n, until, sha256, tally));
      const sampling = keepSampling(bench, until, samples);
      await Promise.all([...uploads, failing, sampling]);
      return figures(tally, samples, await leftAtTheService(bench));
    },
    { RETENTION_DAYS: retentionDays },
  );

/** Of any fifty requests one is answered 503, 429 or not at all, or its reply is lost. */
async function keepFailing({ outlook }: Bench, until: number): Promise<void> {
  const kinds = [
    { answer: { status: 503 } },
    { resetAfter: true },
    { answer: { status: 429, headers: { 'retry-after': '1' } } },
    { resetBefore: true },
  ];
  for (let round = 0; Date.now() < until;) {
    const pending = (await outlook.pendingFaults()).length;
    if (pending === 0) await outlook.addFaults([{ on: { op: 'any', nth: 50 }, do: kinds[round++ % kinds.length] }]);
    await delay(100);
  }
  await outlook.clearFaults();
}

async function keepUploading(
  { app, outlook }: Bench,
  lane: number,
  until: number,
  sha256: Map<string, string>,
  tally: Tally,
): Promise<void> {
  for (let n = 0; Date.now() < until; n++) {
    const name: BlobName = n % 4 === 3 ? 'ranges.bin' : 'small.bin';
    const item = await outlook.createItem(`users/lane${lane}-${n % 20}@contoso.com/messages`);
    const { id } = await app.createUpload({ blob: `uploads/${name}`, item });
    const { status } = await app.until(id, isFinal, undefined, 900_000);
    tally.ended[status] = (tally.ended[status] ?? 0) + 1;
    const held = await outlook.attachments(item);
    const isRight = held.length === 1 && held[0]?.sha256 === sha256.get(name);
    if (isRight !== (status === 'succeeded')) tally.wrong++;
  }
}

async function keepSampling(bench: Bench, until: number, samples: Sample[]): Promise<void> {
  for (let n = 0; Date.now() < until; n++) {
    await delay(sampleEveryMs);
    if (n % 4 === 0) await bench.app.call('POST', '/admin/functions/purgeFinished?wait=true', { input: '' });
    samples.push(sample(bench));
  }
}

function sample({ laptop }: Bench): Sample {
  const host = laptop.host?.pid ?? 0;
  const workers = childrenOf(host).map(usageOf);
  const [hostUsage, worker] = [usageOf(host), workers[0]];
  return {
    hostMb: megabytes(hostUsage.residentBytes),
    workerMb: megabytes(worker?.residentBytes ?? 0),
    handles: hostUsage.handles + (worker?.handles ?? 0),
    stateMb: megabytes(
      readdirSync(laptop.dataDir)
        .filter((name) => name.startsWith('functionsHost.sqlite'))
        .reduce((sum, name) => sum + statSync(join(laptop.dataDir, name)).size, 0),
    ),
  };
}

/** A session that no byte came to was opened by a request whose reply was lost: nobody has its URL to close it. */
async function leftAtTheService({ outlook }: Bench): Promise<string> {
  const open = (await outlook.sessions()).filter(({ state }) => state === 'open');
  const known = open.filter(({ receivedBytes }) => receivedBytes > 0).length;
  const bugs = (await outlook.bugs()).length;
  return `${known} sessions left open and ${open.length - known} whose URL was lost, ${bugs} rules broken`;
}

function figures({ ended, wrong }: Tally, samples: Sample[], left: string): Figure[] {
  const third = Math.max(1, Math.floor(samples.length / 3));
  const grown = (pick: (one: Sample) => number): { value: number; vs: string } => {
    const [first, last] = [median(samples.slice(third, 2 * third).map(pick)), median(samples.slice(-third).map(pick))];
    return {
      value: Math.round((last - first) * 10) / 10,
      vs: `median of the second third ${first}, of the last ${last}`,
    };
  };
  const all = Object.values(ended).reduce((sum, count) => sum + count, 0);
  const vs = `${minutes} min: ${JSON.stringify(ended)}; ${wrong} not as told, ${left}`;
  return [
    { name: 'soak_uploads', value: all, unit: 'uploads', vs },
    { name: 'soak_host_growth_mb', unit: 'MB', ...grown(({ hostMb }) => hostMb) },
    { name: 'soak_worker_growth_mb', unit: 'MB', ...grown(({ workerMb }) => workerMb) },
    { name: 'soak_handles_growth', unit: 'handles', ...grown(({ handles }) => handles) },
    { name: 'soak_state_growth_mb', unit: 'MB', ...grown(({ stateMb }) => stateMb) },
  ];
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppClient } from '../local/parts/appClient';
import { startLaptop, type Laptop, type LaptopOptions } from '../local/parts/laptop';
import { OutlookControl } from '../local/parts/outlookControl';
import { startCountedStorage, type CountedStorage, type Counting } from './countedStorage';

/** One line of the benchmark. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** what it was compared with */
  vs?: string;
  /** further percentiles of the same thing */
  p99?: number;
}

/** Measures what its name in the table says: one figure, or several that come from the same runs. */
export type Benchmark = () => Promise<Figure[]>;

/** The running app under measurement. */
export interface Bench {
  laptop: Laptop;
  app: AppClient;
  outlook: OutlookControl;
}

/** Runs `work` against an app of its own, started for it and stopped after it. */
export const withApp = <T>(work: (bench: Bench) => Promise<T>, settings: Record<string, string> = {}): Promise<T> =>
  inFolder((dataDir) => withLaptop({ dataDir, settings }, work));

/** The same with a storage whose requests are counted. */
export const withCountedApp = <T>(
  counting: Counting,
  work: (bench: Bench, requests: CountedStorage) => Promise<T>,
  settings: Record<string, string> = {},
): Promise<T> =>
  inFolder(async (dataDir) => {
    const storage = await startCountedStorage(dataDir, counting);
    try {
      const options = { dataDir, settings, storage: storage.connection };
      return await withLaptop(options, (bench) => work(bench, storage));
    } finally {
      await storage.stop();
    }
  });

async function withLaptop<T>(options: LaptopOptions, work: (bench: Bench) => Promise<T>): Promise<T> {
  const laptop = await startLaptop({ ...options, quiet: true });
  try {
    await laptop.untilServing();
    const bench = { laptop, app: new AppClient(laptop.apiUrl), outlook: new OutlookControl(laptop.graphUrl) };
    // 150 MiB and the JSON that opens their session are more than a mailbox takes in five minutes: 429 would be measured
    await bench.outlook.configure({ throttling: { enabled: false } });
    return await work(bench);
  } finally {
    await laptop.stop();
  }
}

async function inFolder<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'blob-to-outlook-bench-'));
  try {
    return await work(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Attaches that blob to a new draft in that mailbox. Each has a budget of its own, which is not measured here. */
export async function attach(
  { app, outlook }: Bench,
  blob: string,
  mailbox: string,
): Promise<{ id: string; attachedMs: number; endToEndMs: number }> {
  const item = await outlook.createItem(`users/${mailbox}/messages`);
  const startedAt = Date.now();
  const { id } = await app.createUpload({ blob, item });
  const upload = await app.untilFinal(id);
  const endToEndMs = Date.now() - startedAt;
  const [attachment] = await outlook.attachments(item);
  if (upload.status !== 'succeeded' || !attachment) throw new Error(`It ended as ${JSON.stringify(upload)}`);
  // until the last byte was taken: the stand-in's clock is ours
  return { id, attachedMs: Date.parse(attachment.committedAt) - startedAt, endToEndMs };
}

/** The value below which that share of the values lies: `percentile([…], 0.5)` is the median. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** Three decimals at most. */
export const round = (value: number): number => Math.round(value * 1000) / 1000;

/** How often something is measured; BENCH_RUNS overrides it, for a quick look. */
export const repeats = (usual: number): number => Number(process.env['BENCH_RUNS'] || usual);

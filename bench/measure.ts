import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppClient } from '../local/parts/appClient';
import { connectionString, startAzurite } from '../local/parts/azurite';
import { startLaptop, type Laptop } from '../local/parts/laptop';
import { OutlookControl } from '../local/parts/outlookControl';
import { freePorts } from '../local/parts/ports';

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

/** Runs `work` against an app of its own, started for it and stopped after it. `inMemory`: its storage writes nothing to disk. */
export async function withApp<T>(
  work: (bench: Bench) => Promise<T>,
  settings: Record<string, string> = {},
  { inMemory = false } = {},
): Promise<T> {
  const dataDir = mkdtempSync(join(tmpdir(), 'blob-to-outlook-bench-'));
  const [blob = 0, queue = 0, table = 0] = inMemory ? await freePorts(3) : [];
  const ports = { blob, queue, table };
  const azurite = inMemory
    ? await startAzurite(dataDir, ports, { inMemory, logFile: join(dataDir, 'log') })
    : undefined;
  const storage = azurite && connectionString(ports);
  const laptop = await startLaptop({ dataDir, settings, storage, quiet: true });
  try {
    await laptop.untilServing();
    const bench = { laptop, app: new AppClient(laptop.apiUrl), outlook: new OutlookControl(laptop.graphUrl) };
    // 150 MiB and the JSON that opens their session are more than a mailbox takes in five minutes: 429 would be measured
    await bench.outlook.configure({ throttling: { enabled: false } });
    return await work(bench);
  } finally {
    await laptop.stop();
    await azurite?.stop();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 });
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

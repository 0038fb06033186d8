import { randomBytes } from 'node:crypto';
import type { UploadView } from '../../local/parts/appClient';
import { putSampleBlob } from '../../local/parts/sampleBytes';
import { putBlob } from '../../local/parts/storage';
import type { CountedStorage } from '../countedStorage';
import { median, round, withCountedApp, type Bench, type Benchmark, type Figure } from '../measure';
import { plot, type Series } from '../plot';
import { childrenOf, megabytes, usageOf } from '../processes';
import { measuredOn, table, writeImage, writeSection } from '../report';
import { addReceipts, finishedReceipt } from './receipts';
import { addCopies, idAt, rowsOf } from './seeds';

/** How many finished uploads, and as many receipts up to 10,000. BENCH_GROWTH="0,1000,10000,100000" asks for others. */
const sizes = (process.env['BENCH_GROWTH'] || '0,1000,10000').split(',').map(Number);
/** A run of a timer reads no more of them. */
const mostReceipts = 10_000;
const calls = 15;
const timers = ['listOutbox', 'watch', 'watchCallbacks', 'purgeFinished'];
const reference = 'growth';

/** What one call costs: its time (ms), and what it asks of storage where nothing else does meanwhile; or a process, its memory (MB). */
interface Cost {
  readonly value: number;
  readonly requests?: number;
}
type Measured = Map<string, Cost>;
const workerName = 'worker MB';

/** What each entrance and each timer costs with that many finished uploads, and receipts, behind it. */
export const growth: Benchmark = async () => {
  const rows = await withCountedApp(
    {
      blob: () => 'blob',
      table: () => 'table',
      // Azurite writes all its tables to disk whenever one changes, and cannot any more where they are large
      inMemory: true,
    },
    measureAll,
    { OUTBOX_TRIGGER_SOURCE: 'EventGrid' },
  );
  const names = [...(rows[0]?.[1].keys() ?? [])];
  const isTimer = (name: string): boolean => timers.some((timer) => name.startsWith(timer));
  const isRequest = (name: string): boolean => /^(GET|POST)/.test(name);
  writePlot('requests', 'Requests, median', 'ms', rows, names.filter(isRequest));
  writePlot('timers', 'Timers, one run', 'ms', rows, names.filter(isTimer));
  writePlot('memory', 'Peak of the worker', 'MB', rows, [workerName]);
  const head = ['finished uploads and receipts', ...rows.map(([size]) => size.toLocaleString('en-US'))];
  const body = names.map((name) => [name, ...rows.map(([, found]) => shown(found.get(name)))]);
  const images = ['requests', 'timers', 'memory'].map((name) => `![${name}](images/growth-${name}.svg)`);
  const note = `Milliseconds, and in brackets how many requests to storage. Requests: medians of ${calls}. Timers: the longest of three runs. Receipts: ${mostReceipts.toLocaleString('en-US')} at most. ${measuredOn()}`;
  writeSection('growth', [table(head, body), note, ...images].join('\n\n'));
  return names.map((name) => figureOf(name, rows));
};

function writePlot(image: string, title: string, unit: string, rows: [number, Measured][], names: string[]): void {
  const series = names.map((name): Series => {
    const points = rows.map(([size, found]) => [size, found.get(name)?.value ?? 0] as const);
    return { name, points };
  });
  writeImage(`growth-${image}.svg`, plot(title, unit, series));
}

const shown = ({ value, requests }: Cost = { value: 0 }): string =>
  requests === undefined ? `${round1(value)}` : `${round1(value)} (${requests})`;
const round1 = (value: number): number => Math.round(value * 10) / 10;

function figureOf(name: string, rows: [number, Measured][]): Figure {
  const [first, last] = [rows[0]?.[1].get(name)?.value ?? 0, rows.at(-1)?.[1].get(name)?.value ?? 0];
  const vs = `${name}: ${round1(first)} with ${rows[0]?.[0]}, ${round1(last)} with ${rows.at(-1)?.[0]}`;
  return { name: 'growth', value: round(last / first), unit: 'x', vs };
}

async function measureAll(bench: Bench, requests: CountedStorage): Promise<[number, Measured][]> {
  const { laptop, app, outlook } = bench;
  await putSampleBlob(laptop.storage, 'uploads', 'small.bin', 10_000);
  const item = await outlook.createItem('users/template@contoso.com/messages');
  const template = await app.createUpload({ blob: 'uploads/small.bin', item, reference });
  await app.untilFinal(template.id);
  const rows = await rowsOf(laptop.storage, template.id);
  const outboxName = `${await outlook.createItem('users/outbox@contoso.com/messages')}/file.bin`;
  await putBlob(laptop.storage, 'outbox', outboxName, randomBytes(100));
  await runTimer(bench, 'listOutbox');
  const receipt = await finishedReceipt(laptop.storage, outboxName);

  const measured: [number, Measured][] = [];
  const startedAt = Date.now() - 86_400_000;
  for (let index = 0, seeded = 0; index < sizes.length; index++) {
    const size = sizes[index] ?? 0;
    const ids = Array.from({ length: size - seeded }, (_, n) => idAt(template.id, startedAt + (seeded + n) * 100));
    await addCopies(laptop.storage, template.id, rows, ids);
    await addReceipts(laptop.storage, receipt, Math.min(seeded, mostReceipts), Math.min(size, mostReceipts));
    seeded = size;
    measured.push([size, await measure(bench, requests, item, ids.at(-1) ?? template.id)]);
  }
  return measured;
}

async function measure(bench: Bench, requests: CountedStorage, item: string, someId: string): Promise<Measured> {
  const { app, laptop } = bench;
  const found: Measured = new Map();
  const get = (path: string): Promise<unknown> => app.call('GET', path);
  const costOf = (call: () => Promise<unknown>, times?: number): Promise<Cost> => costs(call, requests, times);
  found.set('POST /api/uploads', { value: await accepted(bench) });
  found.set('GET /api/uploads/{id}', await costOf(() => get(`/api/uploads/${someId}`)));
  for (const query of [
    '',
    '?status=succeeded',
    '?status=cancelling',
    `?item=${encodeURIComponent(item)}`,
    `?reference=${reference}`,
  ]) {
    const name = query.replace(/=users.*/, '=…');
    found.set(`GET /api/uploads${name}`, await costOf(() => get(`/api/uploads${query}`)));
  }
  // what was planted is not known to the process: a new one lists the receipts once
  await laptop.stopHost();
  await laptop.startHost();
  found.set('listOutbox, first of a process', await costOf(() => runTimer(bench, 'listOutbox'), 1));
  // each run looks at a part: the longest of a round counts
  for (const timer of timers) found.set(timer, await costOf(() => runTimer(bench, timer), 3));
  const [worker = 0] = childrenOf(laptop.host?.pid ?? 0);
  found.set(workerName, { value: megabytes(usageOf(worker).peakBytes) });
  return found;
}

/** Until the 202, each upload to a mailbox of its own. */
async function accepted({ app, outlook }: Bench): Promise<number> {
  const ids: string[] = [];
  const name = randomBytes(4).toString('hex');
  const items = await Promise.all(
    Array.from({ length: calls }, (_, n) => outlook.createItem(`users/${name}${n}@contoso.com/messages`)),
  );
  const took: number[] = [];
  for (const item of items)
    took.push(
      await timeOf(async () => {
        ids.push((await app.createUpload({ blob: 'uploads/small.bin', item })).id);
      }),
    );
  await Promise.all(ids.map((id): Promise<UploadView> => app.untilFinal(id)));
  return median(took);
}

/** The median of many calls, the longest of few. */
async function costs(call: () => Promise<unknown>, storage: CountedStorage, times = calls): Promise<Cost> {
  const took: number[] = [];
  const asked: number[] = [];
  for (let n = 0; n < times; n++) {
    storage.clear();
    took.push(await timeOf(call));
    asked.push(storage.counts().reduce((sum, [, count]) => sum + count, 0));
  }
  const choose = times === calls ? median : (values: number[]): number => Math.max(...values);
  return { value: choose(took), requests: choose(asked) };
}

async function timeOf(call: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await call();
  return performance.now() - startedAt;
}

async function runTimer({ app }: Bench, name: string): Promise<void> {
  const { status } = await app.call('POST', `/admin/functions/${name}?wait=true`, { input: '' });
  if (status !== 202) throw new Error(`The timer ${name} could not be run: ${status}.`);
}

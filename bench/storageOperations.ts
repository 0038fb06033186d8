import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppClient } from '../local/parts/appClient';
import { connectionString, startAzurite } from '../local/parts/azurite';
import { startLaptop } from '../local/parts/laptop';
import { OutlookControl } from '../local/parts/outlookControl';
import { freePorts } from '../local/parts/ports';
import { putSampleBlob } from '../local/parts/sampleBytes';
import { CountingProxy } from './countingProxy';
import { attach, type Benchmark } from './measure';

const size = 157_286_400;
/** Reading back and writing the end takes about a second. */
const verifiedWithinMs = 5_000;

/**
 * What the app asks of storage for one file of 150 MiB: ranges of the blob and its own records, counted between the app
 * and Azurite. Not in it: the task hub, which Durable keeps (here in SQLite, in Azure in the same account), and the
 * listings of timers and of the outbox's trigger.
 */
export const storageOperations: Benchmark = async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'blob-to-outlook-bench-'));
  const [blob = 0, queue = 0, table = 0] = await freePorts(3);
  const azurite = await startAzurite(
    join(dataDir, 'azurite'),
    { blob, queue, table },
    { logFile: join(dataDir, 'log') },
  );
  const proxies = [await CountingProxy.start(blob, nameOfBlobCall), await CountingProxy.start(table, nameOfTableCall)];
  const [blobs, tables] = proxies as [CountingProxy, CountingProxy];
  const storage = connectionString({ blob: blobs.port, queue, table: tables.port });
  const laptop = await startLaptop({ dataDir, storage, quiet: true });
  try {
    await laptop.untilServing();
    const bench = { laptop, app: new AppClient(laptop.apiUrl), outlook: new OutlookControl(laptop.graphUrl) };
    await bench.outlook.configure({ throttling: { enabled: false } });
    await putSampleBlob(storage, 'uploads', 'warm.bin', 100_000);
    await putSampleBlob(storage, 'uploads', 'large.bin', size);
    await attach(bench, 'uploads/warm.bin', 'warm@contoso.com');
    for (const { counts } of proxies) counts.clear();
    const item = await bench.outlook.createItem('users/megan@contoso.com/messages');
    const { id } = await bench.app.createUpload({ blob: 'uploads/large.bin', item });
    // not by asking the app: answers cost requests, too
    while ((await bench.outlook.attachments(item)).length === 0) await delay(100);
    await delay(verifiedWithinMs);
    const counts = [...blobs.counts, ...tables.counts];
    const { status } = await bench.app.untilFinal(id);
    if (status !== 'succeeded') throw new Error(`It ended as ${status}.`);
    const value = counts.reduce((sum, [, count]) => sum + count, 0);
    return [{ name: 'storage_operations_per_150mb', value, unit: 'requests', vs: text(counts) }];
  } finally {
    await laptop.stop();
    for (const proxy of proxies) proxy.stop();
    await azurite.stop();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 });
  }
};

const text = (counts: [string, number][]): string => counts.map(([name, count]) => `${name} ${count}`).join(', ');

function nameOfBlobCall(method: string, path: string): string | undefined {
  return path.includes('/uploads/') ? `${method} of the blob` : undefined;
}

function nameOfTableCall(method: string): string | undefined {
  return `${method} of a table`;
}

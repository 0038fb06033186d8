import { setTimeout as delay } from 'node:timers/promises';
import { putSampleBlob } from '../local/parts/sampleBytes';
import { attach, withCountedApp, type Benchmark } from './measure';

const size = 157_286_400;
/** Reading back and writing the end takes about a second. */
const verifiedWithinMs = 5_000;

/**
 * What the app asks of storage for one file of 150 MiB: ranges of the blob and its own records, counted between the app
 * and Azurite. Not in it: the task hub, which Durable keeps (here in SQLite, in Azure in the same account), and the
 * listings of timers and of the outbox's trigger.
 */
export const storageOperations: Benchmark = () =>
  withCountedApp(
    {
      blob: (method, path) => (path.includes('/uploads/') ? `${method} of the blob` : undefined),
      table: (method) => `${method} of a table`,
    },
    async (bench, requests) => {
      const { storage } = bench.laptop;
      await putSampleBlob(storage, 'uploads', 'warm.bin', 100_000);
      await putSampleBlob(storage, 'uploads', 'large.bin', size);
      await attach(bench, 'uploads/warm.bin', 'warm@contoso.com');
      requests.clear();
      const item = await bench.outlook.createItem('users/megan@contoso.com/messages');
      const { id } = await bench.app.createUpload({ blob: 'uploads/large.bin', item });
      // not by asking the app: answers cost requests, too
      while ((await bench.outlook.attachments(item)).length === 0) await delay(100);
      await delay(verifiedWithinMs);
      const counts = requests.counts();
      const { status } = await bench.app.untilFinal(id);
      if (status !== 'succeeded') throw new Error(`It ended as ${status}.`);
      const value = counts.reduce((sum, [, count]) => sum + count, 0);
      const vs = counts.map(([name, count]) => `${name} ${count}`).join(', ');
      return [{ name: 'storage_operations_per_150mb', value, unit: 'requests', vs }];
    },
  );

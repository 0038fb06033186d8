// A peer of the app in a process of its own: node main.js JOB (JSON, see job.ts). It answers with one line of JSON.
import { BlobServiceClient, type BlockBlobClient } from '@azure/storage-blob';
import { inspect } from 'node:util';
import { usageOf } from '../processes';
import type { Job, Outcome } from './job';
import { rawUpload } from './rawUpload';
import { sdkUpload } from './sdkUpload';

async function main(job: Job): Promise<Outcome> {
  const service = BlobServiceClient.fromConnectionString(job.storage);
  const blob: BlockBlobClient = service.getContainerClient(job.container).getBlockBlobClient(job.blob);
  const upload = job.way === 'sdk' ? sdkUpload : rawUpload;
  const waiting = [...job.items];
  const succeeded: string[] = [];
  const errors: string[] = [];
  const startedAt = performance.now();
  const work = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift())
      await upload(job, blob, item).then(
        () => succeeded.push(item),
        (error: unknown) => errors.push(inspect(error, { breakLength: Infinity }).slice(0, 500)),
      );
  };
  await Promise.all(Array.from({ length: job.parallel }, work));
  const { cpuSeconds, peakBytes } = usageOf(process.pid);
  return { wallMs: performance.now() - startedAt, cpuSeconds, peakBytes, succeeded, errors };
}

main(JSON.parse(process.argv[2] ?? '') as Job).then(
  (outcome) => process.stdout.write(`${JSON.stringify(outcome)}\n`),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);

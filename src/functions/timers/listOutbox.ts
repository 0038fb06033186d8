import type { InvocationContext, Timer } from '@azure/functions';
import * as df from 'durable-functions';
import { workOf } from '../../core/outbox/listing';
import type { OutboxBlob, ReceiptRow } from '../../core/outbox/ports';
import { outboxRequest } from '../outbox/outboxRequest';
import { dependencies } from '../../dependencies';
import { logTo } from '../../app/log';
import { writeReceipt } from '../../app/uploads/receipt';
import { joinLive } from '../api/liveUpload';
import { forEachLimited } from '../../app/upkeep/forEachLimited';
import { mostUnderWay, outboxMemory } from '../../app/upkeep/outboxMemory';
import { reasonOf } from '../reason';
import { OutboxDependencies, startFromOutbox } from '../../app/upkeep/startFromOutbox';

/** One run's time for starting and refreshing: the rest is for the next minute. */
const runMs = 45_000;

/**
 * Lists the outbox, a part with each run where it is large: what a trigger missed is started, and receipts of uploads under way
 * are written anew, so that an end whose receipt a crash prevented is told as well. `failed` is told of what could not be
 * done; it is tried again with the next run.
 */
export async function listOutbox(deps: OutboxDependencies, failed: (cause: unknown) => void): Promise<void> {
  const until = deps.clock() + runMs;
  const memory = outboxMemory(deps.receipts);
  const options = { until, clock: deps.clock, failed };
  const toStart: string[] = [];
  const toRefresh: ReceiptRow[] = [];
  const look = async (blob: OutboxBlob): Promise<void> => {
    const receipt = (await deps.receipts.find(blob.name))?.value;
    const work = workOf(blob, receipt);
    if (work === 'start') toStart.push(blob.name);
    if (work === 'refresh' && receipt) {
      toRefresh.push(receipt);
      memory.sawUnderWay(blob, deps.clock());
    }
    if (work === 'settled') memory.settle(blob);
  };
  await forEachLimited(await memory.open(until, deps.clock), look, options);
  toRefresh.sort((a, b) => a.writtenAt - b.writtenAt); // the oldest first: the others are for the next runs
  // while the intake is closed the blobs wait here, without a receipt
  if (deps.settings.intake === 'open') await forEachLimited(toStart, (name) => startFromOutbox(name, deps), options);
  await forEachLimited(toRefresh.slice(0, mostUnderWay), (row) => refresh(row, deps), options);
}

async function refresh({ uploadId }: ReceiptRow, deps: OutboxDependencies): Promise<void> {
  const record = uploadId === undefined ? undefined : (await deps.records.get(uploadId))?.value;
  if (record) await writeReceipt(record, (await joinLive(record, deps)).live, deps);
}

df.app.client.timer('listOutbox', {
  schedule: '30 * * * * *',
  handler: async (_timer: Timer, client: df.DurableClient, context: InvocationContext) => {
    const deps = dependencies();
    if (deps.problems.length > 0) return;
    const failed = (cause: unknown): void => context.error('listOutbox tries again in a minute:', reasonOf(cause));
    const ofRun = { ...deps, outboxRequest, instances: deps.instances(client), log: logTo(context) };
    await listOutbox(ofRun, failed).catch(failed);
  },
});

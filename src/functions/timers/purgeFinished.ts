import type { InvocationContext, Timer } from '@azure/functions';
import * as df from 'durable-functions';
import { dependencies } from '../../dependencies';
import type { UploadRecord } from '../../core/upload/record';
import { keptMs } from '../../core/upload/request';
import { writeReceipt } from '../../app/uploads/receipt';
import { reasonOf } from '../reason';
import { PurgeDependencies, purgeEnded } from '../../app/upkeep/purgeEnded';
import { purgeReceipts } from '../../app/upkeep/purgeReceipts';
import { purgeResources } from '../../app/upkeep/purgeResources';
import { mailboxSweep } from '../../app/upkeep/sweepMailboxes';

/** One run's time: what is left is for the next one. */
const runMs = 240_000;
const day = 86_400_000;
const claimsAtOnce = 1000;
/** The attempts of a callback take three days. */
const callbackMs = 4 * day;

/**
 * Removes what is older than RETENTION_DAYS: deliveries and uploads that have ended with their histories, the pacers of their
 * mailboxes, claims, receipts without a blob, and what crashes left. Every part can be done twice, and one that fails keeps none of the others back.
 */
export async function purgeFinished(deps: PurgeDependencies, failed: (cause: unknown) => void): Promise<void> {
  const { records, deliveries, instances, settings, clock } = deps;
  const now = clock();
  const before = now - settings.retentionMs;
  const steps = { until: now + runMs, clock, failed };
  const noted = (record: Ended): Promise<boolean> => mayBeForgotten(record, deps);
  await purgeEnded(before, deliveries, noted, instances, steps).catch(failed);
  const isSwept = mailboxSweep(instances, clock, failed);
  await purgeEnded(before, records, (record) => mayGo(record, deps, isSwept), instances, steps).catch(failed);
  // a claim is made when its upload is accepted: that may have ended a whole deadline later
  await purgeClaims(Math.min(before, now - keptMs) - settings.deadlineMs, deps, steps.until).catch(failed);
  await purgeReceipts(before, deps, steps).catch(failed);
  // not those of today: an upload that is being accepted puts its resource aside before it has a record
  await purgeResources(Math.min(before, now - day), deps, steps).catch(failed);
  await records.repairIndexes(now - day).catch(failed);
}

/** Not while its delivery works with it, or its mailbox's pacer goes. From then on the receipt alone says that the version had its turn. */
async function mayGo(
  record: UploadRecord,
  deps: PurgeDependencies,
  isSwept: (record: UploadRecord) => Promise<boolean>,
): Promise<boolean> {
  const { delivery } = record.request;
  const found = delivery === undefined ? undefined : await deps.deliveries.get(delivery);
  if (found && !found.value.end) return false;
  if (!(await isSwept(record))) return false;
  await writeReceipt(record, undefined, deps);
  return mayBeForgotten(record, deps);
}

interface Ended {
  readonly id: string;
  readonly state: string;
  readonly request: { readonly hasCallback?: true };
  readonly end?: { readonly endedAt: number };
}

/**
 * Claims outlive a record that is removed within a day: they find here how it ended, and do not do it again. Its callback
 * tells its end for up to three days: until then it stays.
 */
async function mayBeForgotten({ id, state, request, end }: Ended, deps: PurgeDependencies): Promise<boolean> {
  const { records, callbacks, clock } = deps;
  const now = clock();
  const callback = request.hasCallback ? (await callbacks.all.get(id))?.value : undefined;
  if (callback?.status === 'pending' && now - (end?.endedAt ?? now) < callbackMs) return false;
  if (callback) await callbacks.all.remove(id);
  if (now - (end?.endedAt ?? now) < keptMs)
    await records.claim('removed', id, { uploadId: id, fingerprint: state, claimedAt: now });
  return true;
}

async function purgeClaims(
  claimedBefore: number,
  { records, clock }: Pick<PurgeDependencies, 'records' | 'clock'>,
  until: number,
): Promise<void> {
  while (clock() < until) {
    if ((await records.removeClaims(claimedBefore, claimsAtOnce)) < claimsAtOnce) return;
  }
}

df.app.client.timer('purgeFinished', {
  schedule: '0 15 * * * *',
  handler: async (_timer: Timer, client: df.DurableClient, context: InvocationContext) => {
    const deps = dependencies();
    if (deps.problems.length > 0) return;
    const failed = (cause: unknown): void => context.error('purgeFinished tries again in an hour:', reasonOf(cause));
    await purgeFinished({ ...deps, instances: deps.instances(client) }, failed).catch(failed);
  },
});

import * as df from 'durable-functions';
import { claimJob } from '../../../app/jobs/claim';
import { resume, schema } from '../../../core/delivery/checkpoint';
import { itemOfDelivery, mailboxOfDelivery } from '../../../core/delivery/item';
import { begin, decide } from '../../../core/delivery/machine/decide';
import type { Plan, Progress, Step } from '../../../core/delivery/machine/progress';
import { planFor } from '../../../core/delivery/plan';
import type { DeliveryRecord } from '../../../core/delivery/record';
import { allowedBy, ownerOf } from '../../../core/items/path';
import type { UploadRequest } from '../../../core/upload/record';
import { newRecord } from '../../../core/upload/request';
import { dependencies, Dependencies } from '../../../dependencies';
import type { Claimed, ClaimInput } from '../../../orchestrators/contract';

export type ClaimedDelivery = Claimed<Progress, Step>;

/**
 * Takes the delivery over for this execution of its orchestration: begun anew, resumed from its record, or carried on. Makes
 * sure of the records of its uploads.
 */
export async function claimDelivery(input: ClaimInput, deps: Dependencies): Promise<ClaimedDelivery> {
  const now = deps.clock();
  const claimed = await claimJob<DeliveryRecord>(deps.deliveries, input, schema, now);
  if (!claimed) return { kind: 'superseded' };
  const { record, epoch, isResumed } = claimed;
  const cancelRequested = record.cancelRequestedAt !== undefined;
  const common = { kind: 'yours', epoch, schema, cancelRequested, of: undefined } as const;
  if (claimed.carried) return { ...common, state: claimed.carried as readonly [Progress, Step] };
  const uploads = await uploadsOf(record, deps);
  const sizes = uploads.map(({ sizeBytes }) => sizeBytes);
  const plan = planFor(record.request, sizes, deps.settings.messageSizeLimitBytes);
  const state = isResumed
    ? resume(plan, record.facts, record.checkpoint, cancelRequested, now)
    : begun(record, plan, deps, now);
  return { ...common, state };
}

/** The allow-list may have changed since the delivery was accepted: it is asked again before anything is made. */
function begun(record: DeliveryRecord, plan: Plan, { settings }: Dependencies, now: number): readonly [Progress, Step] {
  const first = begin(plan, now);
  const isThere = record.request.target.kind === 'item'; // perhaps in a group, which has no mailbox
  const owner = ownerOf(isThere ? itemOfDelivery(record) : mailboxOfDelivery(record).anyMessage);
  if (allowedBy(settings.allowedMailboxes, owner)) return first;
  const detail = `The mailbox ${owner} is no longer among those that the app may write to (ALLOWED_MAILBOXES).`;
  return decide(first[0], { kind: 'refused', problem: { code: 'MailboxNotAllowed', detail } }, now);
}

/** Whoever accepted the delivery may have died before all of them were written. */
async function uploadsOf({ id, request }: DeliveryRecord, deps: Dependencies): Promise<readonly UploadRequest[]> {
  const found = await Promise.all(request.uploads.map((upload) => deps.records.get(upload)));
  const known = found.flatMap((upload) => (upload ? [upload.value.request] : []));
  if (known.length === found.length) return known;
  const uploads = (await deps.deliveries.input(id))?.uploads ?? [];
  await Promise.all(uploads.map((upload) => deps.records.insert(newRecord(upload))));
  return uploads;
}

df.app.activity('claimDelivery', {
  handler: async (input: ClaimInput): Promise<ClaimedDelivery> => {
    const deps = dependencies();
    return deps.problems.length > 0 ? { kind: 'notReady' } : claimDelivery(input, deps);
  },
});

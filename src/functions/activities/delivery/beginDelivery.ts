import * as df from 'durable-functions';
import type { DeliveryRecord } from '../../../core/delivery/record';
import { newRecord } from '../../../core/upload/request';
import { dependencies, Dependencies } from '../../../dependencies';
import type { BeginInput, BegunDelivery } from '../../../orchestrators/contract';
import { updateRecord } from '../../../app/jobs/records';

/** Takes the delivery for one execution of its orchestration, as `beginUpload` does, and makes sure of its uploads' records. */
export async function beginDelivery(input: BeginInput, deps: Dependencies): Promise<BegunDelivery> {
  const stored = await updateRecord(deps.deliveries, input.id, (record) =>
    mayTake(record, input) ? { ...record, claimedBy: input.execution, updatedAt: deps.clock() } : undefined,
  );
  if (stored?.claimedBy !== input.execution || stored.end) return { kind: 'superseded' };
  await insertUploads(stored, deps);
  const { request, creating, draft, sending, cancelRequestedAt } = stored;
  const item = request.target.kind === 'item' ? request.target.item : null;
  return {
    kind: 'begun',
    plan: {
      id: input.id,
      item,
      uploads: request.uploads,
      send: request.send,
      keepOnFailure: request.onFailure === 'keep',
      settleMs: request.policy.settleMs,
      deadlineAt: request.createdAt + request.policy.deadlineMs,
    },
    known: {
      item: item ?? draft?.item ?? null,
      mayHaveCreated: creating !== undefined,
      mayHaveSent: sending !== undefined,
      ...(sending?.sentAt === undefined ? {} : { sentAt: sending.sentAt }),
      cancelRequested: cancelRequestedAt !== undefined,
    },
  };
}

function mayTake(record: DeliveryRecord, { execution, recovers }: BeginInput): boolean {
  if (record.end || record.claimedBy === execution) return false;
  return record.claimedBy === undefined || recovers;
}

/** Whoever accepted the delivery may have died before all of them were written. */
async function insertUploads({ id, request }: DeliveryRecord, { deliveries, records }: Dependencies): Promise<void> {
  const found = await Promise.all(request.uploads.map((upload) => records.get(upload)));
  if (found.every((upload) => upload !== undefined)) return;
  const input = await deliveries.input(id);
  await Promise.all((input?.uploads ?? []).map((upload) => records.insert(newRecord(upload))));
}

df.app.activity('beginDelivery', {
  handler: async (input: BeginInput): Promise<BegunDelivery> => {
    const deps = dependencies();
    return deps.problems.length > 0 ? { kind: 'notReady' } : beginDelivery(input, deps);
  },
});

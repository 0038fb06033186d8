import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { DeliveryRecord } from '../../core/delivery/record';
import { UploadError } from '../../core/errors';
import { eventNames } from '../../orchestrators/contract';
import { updateRecord } from '../../app/jobs/records';
import { cancelUploads } from '../activities/delivery/settleUploads';
import { startDeliveryIfForgotten } from '../../app/intake/acceptDelivery';
import { HttpDependencies, serve } from './serve';
import { deliveryOfRoute, joinDelivery, renderDelivery } from './liveDelivery';

/**
 * DELETE /api/deliveries/{id}: 202 while it is being cancelled, 200 where it is cancelled, 409 where it has ended otherwise.
 * The record is marked before anybody is told: the send looks at it, and whichever is there first wins. After the send
 * began nothing is cancelled any more: 202 with the delivery as it is.
 */
export async function cancelDelivery(request: HttpRequest, deps: HttpDependencies): Promise<HttpResponseInit> {
  const { id } = await deliveryOfRoute(request.params['id'], deps);
  const record = await requestCancel(id, deps);
  if (!record || record.state === 'succeeded' || record.state === 'failed') throw finished(record?.state);
  const { headers, body } = renderDelivery(await joinDelivery(record, deps), deps.clock());
  return { status: record.state === 'cancelled' ? 200 : 202, headers, body };
}

/** Asks for it: the record as it is then, ended or not. */
export async function requestCancel(
  id: string,
  deps: Pick<HttpDependencies, 'deliveries' | 'records' | 'instances' | 'clock'>,
): Promise<DeliveryRecord | undefined> {
  const record = await updateRecord(deps.deliveries, id, (now) => cancelled(now, deps.clock()));
  if (record?.state === 'active' && record.cancelRequestedAt !== undefined) {
    await startDeliveryIfForgotten(record, deps.instances); // it is its orchestration that ends it
    await deps.instances.raise(id, eventNames.cancelRequested, null);
    await cancelUploads(record, deps, deps.instances);
  }
  return record;
}

function cancelled(record: DeliveryRecord, now: number): DeliveryRecord | undefined {
  if (record.state !== 'active' || record.sending || record.cancelRequestedAt !== undefined) return undefined;
  return { ...record, cancelRequestedAt: now, updatedAt: now };
}

const finished = (state: string | undefined): UploadError =>
  new UploadError({
    code: 'AlreadyFinished',
    detail: `The delivery has ${state ?? 'gone'}: there is nothing to cancel.`,
  });

serve('cancelDelivery', cancelDelivery);

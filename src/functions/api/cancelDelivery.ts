import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { UploadError } from '../../core/errors';
import { requestCancel } from '../../app/deliveries/cancel';
import { HttpDependencies, serve } from './serve';
import { deliveryOfRoute, joinDelivery, renderDelivery } from './liveDelivery';

/**
 * DELETE /api/deliveries/{id}: 202 while it is being cancelled, 200 where it is cancelled, 409 where it has ended otherwise.
 * What is sent stays sent: then it ends so.
 */
export async function cancelDelivery(request: HttpRequest, deps: HttpDependencies): Promise<HttpResponseInit> {
  const { id } = await deliveryOfRoute(request.params['id'], deps, 'operate');
  const record = await requestCancel(id, deps);
  if (!record || record.state === 'succeeded' || record.state === 'failed') throw finished(record?.state);
  const { headers, body } = renderDelivery(await joinDelivery(record, deps), deps);
  return { status: record.state === 'cancelled' ? 200 : 202, headers, body };
}

const finished = (state: string | undefined): UploadError =>
  new UploadError({
    code: 'AlreadyFinished',
    detail: `The delivery has ${state ?? 'gone'}: there is nothing to cancel.`,
  });

serve('cancelDelivery', cancelDelivery);

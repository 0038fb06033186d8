import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { readFailure } from '../../core/wire/failure';
import { readRemoved } from '../../core/wire/success';
import { updateRecord } from '../../app/jobs/records';
import { UploadError } from '../../core/errors';
import type { UploadRecord } from '../../core/upload/record';
import { refuseOtherParameters } from './query';
import { HttpDependencies, serve } from './serve';
import { attachmentOfRoute, refusedByService } from './uploadAttachment';

/** DELETE /api/uploads/{id}/attachment: takes it off the item. 204 also where it is gone already. */
export async function removeUploadAttachment(
  request: HttpRequest,
  deps: HttpDependencies,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  refuseOtherParameters(request, []);
  const { record, item, id } = await attachmentOfRoute(request, deps);
  await refuseWhileDelivered(record, deps);
  const reply = await deps.attachments.remove(item, id);
  if (readRemoved(reply) || readFailure('remove', reply, deps.clock()).kind === 'gone') {
    await updateRecord(deps.records, record.id, (now) =>
      now.removedAt === undefined ? { ...now, removedAt: deps.clock() } : undefined,
    );
    return { status: 204 };
  }
  return refusedByService('remove', reply, request, context, deps.clock());
}

/** A message must not be sent without a file that its delivery says it sent. */
async function refuseWhileDelivered({ request }: UploadRecord, { deliveries }: HttpDependencies): Promise<void> {
  const delivery = request.delivery === undefined ? undefined : (await deliveries.get(request.delivery))?.value;
  if (delivery?.state !== 'active') return;
  const detail = `The upload belongs to the delivery ${delivery.id}, which is not finished: cancel that one, or wait for its end.`;
  throw new UploadError({ code: 'NotFinished', detail });
}

serve('removeUploadAttachment', removeUploadAttachment);

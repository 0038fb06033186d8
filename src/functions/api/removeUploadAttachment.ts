import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { readFailure } from '../../core/wire/failure';
import { readRemoved } from '../../core/wire/success';
import { HttpDependencies, serve } from './serve';
import { attachmentOfRoute, refusedByService, refuseOtherParameters } from './uploadAttachment';

/** DELETE /api/uploads/{id}/attachment: takes it off the item. 204 also where it is gone already. */
export async function removeUploadAttachment(
  request: HttpRequest,
  deps: HttpDependencies,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  refuseOtherParameters(request, []);
  const { item, id } = await attachmentOfRoute(request, deps);
  const reply = await deps.attachments.remove(item, id);
  if (readRemoved(reply) || readFailure('remove', reply, deps.clock()).kind === 'gone') return { status: 204 };
  return refusedByService('remove', reply, request, context, deps.clock());
}

serve('removeUploadAttachment', removeUploadAttachment);

import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { doorOf } from '../../app/access/caller';
import { refuseForeignBlob, refuseForeignMailbox } from '../../app/access/refusals';
import { acceptUpload } from '../../app/intake/acceptUpload';
import { previewUpload } from '../../app/intake/previewUpload';
import { accepted } from './conditionalGet';
import { HttpDependencies, serve } from './serve';
import { joinAccepted, render } from './liveUpload';
import { parseUploadCall } from './parseUpload';
import { itemNotFound, refusedByService } from './uploadAttachment';

/**
 * POST /api/uploads: 202 with the upload, new or reused; everything that can be known at once is refused at once. With
 * `dryRun` everything is checked, the item too, and nothing is done: 200.
 */
export async function createUpload(
  request: HttpRequest,
  deps: HttpDependencies,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  const { wanted, idempotency, dryRun } = await parseUploadCall(request, deps);
  refuseForeignMailbox(deps.caller, 'write', wanted.item);
  refuseForeignBlob(deps.caller, wanted.blob, deps);
  if (dryRun) {
    const checked = await previewUpload(wanted, deps, deps.clock());
    const seen = await deps.browse.look(wanted.item);
    if (seen.kind === 'fault' || seen.status !== 200)
      return refusedByService('metadata', seen, request, context, deps.clock(), itemNotFound);
    return { status: 200, headers: { 'cache-control': 'no-store' }, jsonBody: checked };
  }
  const { record, reused } = await acceptUpload(wanted, deps, idempotency);
  const upload = await joinAccepted(record, reused, deps);
  return accepted(render(upload, deps), `${doorOf(deps.caller)}/uploads/${record.id}`, reused);
}

serve('createUpload', createUpload);

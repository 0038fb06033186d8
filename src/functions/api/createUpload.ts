import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { doorOf } from '../../app/access/caller';
import { refuseForeignMailbox } from '../../app/access/refusals';
import { acceptUpload } from '../../app/intake/acceptUpload';
import { accepted } from './conditionalGet';
import { HttpDependencies, serve } from './serve';
import { joinLive, render } from './liveUpload';
import { parseUploadCall } from './parseUpload';

/** POST /api/uploads: 202 with the upload, new or reused; everything that can be known at once is refused at once. */
export async function createUpload(request: HttpRequest, deps: HttpDependencies): Promise<HttpResponseInit> {
  const { wanted, idempotency } = await parseUploadCall(request, deps);
  refuseForeignMailbox(deps.caller, 'write', wanted.item);
  const { record, reused } = await acceptUpload(wanted, deps, idempotency);
  const upload = reused ? await joinLive(record, deps.instances) : { record, live: undefined };
  return accepted(render(upload, deps), `${doorOf(deps.caller)}/uploads/${record.id}`, reused);
}

serve('createUpload', createUpload);

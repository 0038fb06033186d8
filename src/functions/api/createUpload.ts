import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { acceptUpload } from '../../app/intake/acceptUpload';
import { accepted } from './conditionalGet';
import { HttpDependencies, serve } from './serve';
import { joinLive, render } from './liveUpload';
import { parseUploadCall } from './parseUpload';

/** POST /api/uploads: 202 with the upload, new or reused; everything that can be known at once is refused at once. */
export async function createUpload(request: HttpRequest, deps: HttpDependencies): Promise<HttpResponseInit> {
  const { wanted, idempotency } = await parseUploadCall(request, deps.settings);
  const { record, reused } = await acceptUpload(wanted, deps, idempotency);
  const upload = reused ? await joinLive(record, deps.instances) : { record, live: undefined };
  return accepted(render(upload, deps.clock()), `/api/uploads/${record.id}`, reused);
}

serve('createUpload', createUpload);

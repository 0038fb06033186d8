import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { acceptUpload } from '../acceptUpload';
import { accepted } from '../http/conditionalGet';
import { HttpDependencies, serve } from '../http/serve';
import { joinLive, render } from './liveUpload';
import { parseUploadCall } from './uploadCall';

/** POST /api/uploads: 202 with the upload, new or reused; everything that can be known at once is refused at once. */
export async function createUpload(request: HttpRequest, deps: HttpDependencies): Promise<HttpResponseInit> {
  const { wanted, idempotency } = await parseUploadCall(request, deps.settings);
  const { record, reused } = await acceptUpload(wanted, deps, idempotency);
  const upload = reused ? await joinLive(record, deps.instances) : { record, live: undefined };
  return accepted(render(upload, deps.clock()), `/api/uploads/${record.id}`, reused);
}

serve('createUpload', createUpload);

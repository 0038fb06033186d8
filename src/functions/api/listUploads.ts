import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { doorOf } from '../../app/access/caller';
import { statusOf, uploadResource } from '../../core/upload/resource';
import { listUntil, pageBody, parsePage } from './listing';
import { joinUpload, LiveUpload } from './liveUpload';
import { HttpDependencies, serve } from './serve';

/** GET /api/uploads: newest first, by page. */
export async function listUploads(request: HttpRequest, deps: HttpDependencies): Promise<HttpResponseInit> {
  const { caller, records } = deps;
  const page = parsePage(request, caller);
  const { filter, limit, after } = page;
  const found = await listUntil(
    limit + 1, // one more says whether there is a next page
    after,
    async (most, from) =>
      Promise.all((await records.list(filter, most, from)).map((record) => joinUpload(record, deps))),
    ({ record, live }) => filter.status === undefined || statusOf(record, live) === filter.status,
  );
  const resourceOf = ({ record, live, callback }: LiveUpload) =>
    uploadResource(record, live, { door: doorOf(caller), callback });
  return {
    status: 200,
    headers: { 'cache-control': 'no-store' },
    jsonBody: pageBody(request, { caller, path: 'uploads' }, page, found, resourceOf),
  };
}

serve('listUploads', listUploads);

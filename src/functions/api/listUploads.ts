import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { isUploadId } from '../../core/upload/id';
import type { UploadFilter } from '../../core/upload/ports';
import { statusOf, uploadResource } from '../../core/upload/resource';
import { check, Fault, refuseFaults } from './check';
import { listQuery } from './schemas';
import { HttpDependencies, serve } from './serve';
import { joinLive, LiveUpload } from './liveUpload';

/** GET /api/uploads: newest first, by page. */
export async function listUploads(request: HttpRequest, deps: HttpDependencies): Promise<HttpResponseInit> {
  const { filter, limit, after } = parseQuery(request);
  const found = await list(filter, limit + 1, after, deps); // one more says whether there is a next page
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  return {
    status: 200,
    headers: { 'cache-control': 'no-store' },
    jsonBody: {
      value: page.map(({ record, live }) => uploadResource(record, live)),
      ...(last ? { nextLink: nextLink(request.query, last.record.id) } : {}),
    },
  };
}

/** The records' index knows active and each end; which of the active ones are running, only Durable does. */
async function list(
  filter: UploadFilter,
  limit: number,
  after: string | undefined,
  deps: HttpDependencies,
): Promise<LiveUpload[]> {
  const found: LiveUpload[] = [];
  for (let from = after; ;) {
    const records = await deps.records.list(filter, limit, from);
    const uploads = await Promise.all(records.map((record) => joinLive(record, deps.instances)));
    found.push(
      ...uploads.filter(({ record, live }) => filter.status === undefined || statusOf(record, live) === filter.status),
    );
    from = records.at(-1)?.id;
    if (records.length < limit || found.length >= limit) return found.slice(0, limit);
  }
}

function parseQuery({ query, url }: HttpRequest): { filter: UploadFilter; limit: number; after: string | undefined } {
  const checked = check(listQuery, Object.fromEntries(query), ([name]) => String(name));
  const faults: Fault[] = checked.ok ? [] : [...checked.faults];
  const written = new URL(url).searchParams; // of several, `query` holds one
  for (const name of [...query.keys()].filter((each) => written.getAll(each).length > 1)) {
    faults.push({ pointer: name, detail: 'Give it once.', code: 'InvalidRequest' });
  }
  const cursor = query.get('cursor');
  const after = cursor === null ? undefined : Buffer.from(cursor, 'base64url').toString();
  if (after !== undefined && !isUploadId(after)) {
    faults.push({ pointer: 'cursor', detail: 'It is no cursor of a nextLink.', code: 'InvalidRequest' });
  }
  refuseFaults(faults);
  if (!checked.ok) throw new Error('unreachable: faults were thrown');
  const { status, item, reference, limit } = checked.value;
  const filter = {
    ...(status === undefined ? {} : { status }),
    ...(item === undefined ? {} : { item: item.text }),
    ...(reference === undefined ? {} : { reference }),
  };
  return { filter, limit, after };
}

/** The same list after this id; a key that came in the query is not handed on. */
function nextLink(query: URLSearchParams, after: string): string {
  const next = new URLSearchParams(query);
  for (const name of ['code', 'clientId']) next.delete(name);
  next.set('cursor', Buffer.from(after).toString('base64url'));
  return `/api/uploads?${next.toString()}`;
}

serve('listUploads', listUploads);

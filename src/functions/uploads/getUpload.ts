import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { startIfForgotten } from '../acceptUpload';
import { namesETag, waitSeconds } from '../http/conditional';
import { HttpDependencies, serve } from '../http/serve';
import { joinLive, LiveUpload, recordOfRoute, Rendered, render } from './liveUpload';

const pollMs = 250;
/** The record is read again with every so many looks at the live status, and whenever that has changed. */
const looksPerRecord = 4;

/** GET /api/uploads/{id}, with `If-None-Match` and `Prefer: wait=N`. */
export async function getUpload(request: HttpRequest, deps: HttpDependencies): Promise<HttpResponseInit> {
  const record = await recordOfRoute(request.params['id'], deps);
  await startIfForgotten(record, deps.instances);
  const found = await joinLive(record, deps.instances);
  const ifNoneMatch = request.headers.get('if-none-match');
  const seconds = waitSeconds(request.headers.get('prefer'));
  const arrival = render(found, deps.clock());
  const known = ifNoneMatch === null || ifNoneMatch.trim() === '*' ? arrival.etag : ifNoneMatch;
  const rendered = seconds === undefined ? arrival : await whenChanged(found, known, seconds * 1000, deps);
  const headers = {
    ...rendered.headers,
    ...(seconds === undefined ? {} : { 'preference-applied': `wait=${seconds}` }),
  };
  return namesETag(ifNoneMatch, rendered.etag)
    ? { status: 304, headers }
    : { status: 200, headers, body: rendered.body };
}

/** Holds until the upload is another than the known one, is final, or time is up. */
async function whenChanged(
  found: LiveUpload,
  known: string,
  waitMs: number,
  deps: HttpDependencies,
): Promise<Rendered> {
  const until = deps.clock() + waitMs;
  let { record, live } = found;
  for (let look = 1; ; look++) {
    const rendered = render({ record, live }, deps.clock());
    const left = until - deps.clock();
    if (record.state !== 'active' || !namesETag(known, rendered.etag) || left <= 0) return rendered;
    await deps.sleep(Math.min(pollMs, left));
    const next = await joinLive(record, deps.instances);
    const sameLive = JSON.stringify(next.live) === JSON.stringify(live);
    live = next.live;
    if (!sameLive || !next.runs || look % looksPerRecord === 0)
      record = (await deps.records.get(record.id))?.value ?? record;
  }
}

serve('getUpload', getUpload);

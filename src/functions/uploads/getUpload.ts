import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { startIfForgotten } from '../acceptUpload';
import { namesETag } from '../http/conditional';
import { conditionalGet, Rendered } from '../http/conditionalGet';
import { HttpDependencies, serve } from '../http/serve';
import { joinLive, LiveUpload, recordOfRoute, render } from './liveUpload';

const pollMs = 250;
/** The record is read again with every so many looks at the live status, and whenever that has changed. */
const looksPerRecord = 4;

/** GET /api/uploads/{id}, with `If-None-Match` and `Prefer: wait=N`. */
export async function getUpload(request: HttpRequest, deps: HttpDependencies): Promise<HttpResponseInit> {
  const record = await recordOfRoute(request.params['id'], deps);
  await startIfForgotten(record, deps.instances);
  const found = await joinLive(record, deps.instances);
  return conditionalGet(request, render(found, deps.clock()), (known, waitMs) =>
    whenChanged(found, known, waitMs, deps),
  );
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

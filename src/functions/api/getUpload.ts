import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { MiB } from '../../core/byteRange';
import { startIfForgotten } from '../../app/intake/acceptUpload';
import { conditionalGet } from './conditionalGet';
import { HttpDependencies, serve } from './serve';
import { joinLive, joinUpload, LiveUpload, recordOfRoute, render } from './liveUpload';

/** A look costs a call of the host, which the upload itself could use: often only where the end may be near. */
const pauseMs = 250;
const nearEndPauseMs = 50;
/** The record is read again with every so many looks at the live status, and whenever that has changed. */
const looksPerRecord = 4;

/** GET /api/uploads/{id}, with `If-None-Match` and `Prefer: wait=N`. */
export async function getUpload(request: HttpRequest, deps: HttpDependencies): Promise<HttpResponseInit> {
  const record = await recordOfRoute(request.params['id'], deps);
  await startIfForgotten(record, deps.instances);
  const watched = {
    render: (seen: LiveUpload) => render(seen, deps),
    isFinal: (seen: LiveUpload) => seen.record.state !== 'active',
    pauseMs: (seen: LiveUpload) => (isNearEnd(seen) ? nearEndPauseMs : pauseMs),
    look: (seen: LiveUpload, no: number) => lookAgain(seen, no, deps),
  };
  return conditionalGet(request, await joinUpload(record, deps), watched, deps);
}

async function lookAgain(seen: LiveUpload, no: number, deps: HttpDependencies): Promise<LiveUpload> {
  const { record, live } = seen;
  const next = { ...seen, ...(await joinLive(record, deps)) };
  const sameLive = JSON.stringify(next.live) === JSON.stringify(live);
  if (sameLive && next.runs && no % looksPerRecord !== 0) return next;
  return { ...next, record: (await deps.records.get(record.id))?.value ?? record };
}

/** One request to the service at most is left, and the reading back. */
function isNearEnd({ record, live }: LiveUpload): boolean {
  return live?.status === 'running' && (record.request.sizeBytes ?? 0) - live.bytesSent <= 4 * MiB;
}

serve('getUpload', getUpload);

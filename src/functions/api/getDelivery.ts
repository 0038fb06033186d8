import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { startDeliveryIfForgotten } from '../../app/intake/acceptDelivery';
import { conditionalGet } from './conditionalGet';
import { HttpDependencies, serve } from './serve';
import { joinLive } from './liveUpload';
import { deliveryLiveOf, deliveryOfRoute, joinDelivery, LiveDelivery, renderDelivery } from './liveDelivery';

const pauseMs = 250;
/** All records are read again with every so many looks at the live status, and whenever that has changed. */
const looksPerRead = 4;

/** GET /api/deliveries/{id}, with `If-None-Match` and `Prefer: wait=N`. */
export async function getDelivery(request: HttpRequest, deps: HttpDependencies): Promise<HttpResponseInit> {
  const record = await deliveryOfRoute(request.params['id'], deps);
  await startDeliveryIfForgotten(record, deps.instances);
  const watched = {
    render: (seen: LiveDelivery) => renderDelivery(seen, deps),
    isFinal: (seen: LiveDelivery) => seen.record.state !== 'active',
    pauseMs: () => pauseMs,
    look: (seen: LiveDelivery, no: number) => lookAgain(seen, no, deps),
  };
  return conditionalGet(request, await joinDelivery(record, deps), watched, deps);
}

async function lookAgain(seen: LiveDelivery, no: number, deps: HttpDependencies): Promise<LiveDelivery> {
  if (no % looksPerRead !== 0 && (await liveText(seen, deps)) === liveTextOf(seen)) return seen;
  return joinDelivery((await deps.deliveries.get(seen.record.id))?.value ?? seen.record, deps);
}

/** What the orchestrations say now: of the delivery, and of the upload that is under way. */
async function liveText({ record, uploads }: LiveDelivery, deps: HttpDependencies): Promise<string> {
  const running = uploads.filter(({ live }) => live !== undefined);
  const lives = await Promise.all(running.map((upload) => joinLive(upload.record, deps)));
  return JSON.stringify([await deliveryLiveOf(record, deps), ...lives.map(({ live }) => live)]);
}

const liveTextOf = ({ live, uploads }: LiveDelivery): string =>
  JSON.stringify([live, ...uploads.flatMap((upload) => (upload.live === undefined ? [] : [upload.live]))]);

serve('getDelivery', getDelivery);

import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { startDeliveryIfForgotten } from '../acceptDelivery';
import { namesETag } from '../http/conditional';
import { conditionalGet, Rendered } from '../http/conditionalGet';
import { HttpDependencies, serve } from '../http/serve';
import { joinLive } from '../uploads/liveUpload';
import { deliveryLiveOf, deliveryOfRoute, joinDelivery, LiveDelivery, renderDelivery } from './liveDelivery';

const pollMs = 250;
/** All records are read again with every so many looks at the live status, and whenever that has changed. */
const looksPerRead = 4;

/** GET /api/deliveries/{id}, with `If-None-Match` and `Prefer: wait=N`. */
export async function getDelivery(request: HttpRequest, deps: HttpDependencies): Promise<HttpResponseInit> {
  const record = await deliveryOfRoute(request.params['id'], deps);
  await startDeliveryIfForgotten(record, deps.instances);
  const found = await joinDelivery(record, deps);
  return conditionalGet(request, renderDelivery(found, deps.clock()), (known, waitMs) =>
    whenChanged(found, known, waitMs, deps),
  );
}

/** Holds until the delivery is another than the known one, is final, or time is up. */
async function whenChanged(
  found: LiveDelivery,
  known: string,
  waitMs: number,
  deps: HttpDependencies,
): Promise<Rendered> {
  const until = deps.clock() + waitMs;
  let now = found;
  for (let look = 1; ; look++) {
    const rendered = renderDelivery(now, deps.clock());
    const left = until - deps.clock();
    if (now.record.state !== 'active' || !namesETag(known, rendered.etag) || left <= 0) return rendered;
    await deps.sleep(Math.min(pollMs, left));
    if (look % looksPerRead === 0 || (await liveText(now, deps)) !== liveTextOf(now)) {
      const record = (await deps.deliveries.get(now.record.id))?.value ?? now.record;
      now = await joinDelivery(record, deps);
    }
  }
}

/** What the orchestrations say now: of the delivery, and of the upload that is under way. */
async function liveText({ record, uploads }: LiveDelivery, deps: HttpDependencies): Promise<string> {
  const running = uploads.filter(({ live }) => live !== undefined);
  const lives = await Promise.all(running.map((upload) => joinLive(upload.record, deps.instances)));
  return JSON.stringify([await deliveryLiveOf(record, deps), ...lives.map(({ live }) => live)]);
}

const liveTextOf = ({ live, uploads }: LiveDelivery): string =>
  JSON.stringify([live, ...uploads.flatMap((upload) => (upload.live === undefined ? [] : [upload.live]))]);

serve('getDelivery', getDelivery);

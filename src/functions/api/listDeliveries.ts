import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { doorOf } from '../../app/access/caller';
import { deliveryResource, deliveryStatusOf } from '../../core/delivery/resource';
import { listUntil, pageBody, parsePage } from './listing';
import { joinDelivery, LiveDelivery } from './liveDelivery';
import { HttpDependencies, serve } from './serve';

/** Each delivery has up to a hundred uploads to read: so many deliveries are joined at once. */
const atOnce = 8;

/** GET /api/deliveries: newest first, by page, as uploads are listed. */
export async function listDeliveries(request: HttpRequest, deps: HttpDependencies): Promise<HttpResponseInit> {
  const { caller, deliveries } = deps;
  const page = parsePage(request, caller);
  const { filter, limit, after } = page;
  const found = await listUntil(
    limit + 1, // one more says whether there is a next page
    after,
    async (most, from) => {
      const joined: LiveDelivery[] = [];
      const records = await deliveries.list(filter, most, from);
      for (let at = 0; at < records.length; at += atOnce)
        joined.push(...(await Promise.all(records.slice(at, at + atOnce).map((record) => joinDelivery(record, deps)))));
      return joined;
    },
    ({ record, live }) => filter.status === undefined || deliveryStatusOf(record, live) === filter.status,
  );
  const resourceOf = ({ record, uploads, live, callback }: LiveDelivery) =>
    deliveryResource(record, uploads, live, { door: doorOf(caller), callback });
  return {
    status: 200,
    headers: { 'cache-control': 'no-store' },
    jsonBody: pageBody(request, { caller, path: 'deliveries' }, page, found, resourceOf),
  };
}

serve('listDeliveries', listDeliveries);

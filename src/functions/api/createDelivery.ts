import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { doorOf } from '../../app/access/caller';
import { refuseForeignBlob, refuseForeignMailbox } from '../../app/access/refusals';
import { targetItem } from '../../core/delivery/request';
import { acceptDelivery } from '../../app/intake/acceptDelivery';
import { accepted } from './conditionalGet';
import { HttpDependencies, serve } from './serve';
import { parseDeliveryCall } from './parseDelivery';
import { joinDelivery, renderDelivery } from './liveDelivery';

/** POST /api/deliveries: 202 with the delivery, new or replayed; everything that can be known at once is refused at once. */
export async function createDelivery(request: HttpRequest, deps: HttpDependencies): Promise<HttpResponseInit> {
  const { wanted, idempotency } = await parseDeliveryCall(request, deps);
  refuseForeignMailbox(deps.caller, 'write', targetItem(wanted.to));
  for (const { blob } of wanted.files) refuseForeignBlob(deps.caller, blob, deps);
  const { delivery, replayed } = await acceptDelivery(wanted, deps, idempotency);
  const rendered = renderDelivery(await joinDelivery(delivery, deps), deps);
  return accepted(rendered, `${doorOf(deps.caller)}/deliveries/${delivery.id}`, replayed);
}

serve('createDelivery', createDelivery);

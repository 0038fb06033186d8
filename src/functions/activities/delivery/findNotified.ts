import { noteSent } from '../../../app/deliveries/announce';
import { deliveryOutcome } from '../../../app/deliveries/outcome';
import { itemOfDelivery } from '../../../core/delivery/item';
import { markProperty } from '../../../core/delivery/mark';
import { readFailure } from '../../../core/wire/failure';
import type { Dependencies } from '../../../dependencies';
import { DeliveryCall, DeliverySaid, deliveryActivity } from './step';

/** After an unclear update of the event: the mark that it was to put there says whether it came through. */
export async function findNotified(
  { record, token, progress }: DeliveryCall<'findNotified'>,
  deps: Dependencies,
): Promise<DeliverySaid> {
  if (record.facts.sentAt !== undefined) return { kind: 'sent', at: record.facts.sentAt };
  if (progress.mark === 'impossible') return { kind: 'gone' }; // nothing tells
  const read = await deps.messages.readEvent(itemOfDelivery(record), markProperty);
  if (read.kind !== 'event') return deliveryOutcome(readFailure('readItem', read, deps.clock()));
  return read.event.mark === record.id
    ? noteSent(record.id, token, deps.clock(), deps)
    : { kind: 'unsent', isOpen: record.facts.openSend !== undefined };
}

deliveryActivity('findNotified', findNotified);

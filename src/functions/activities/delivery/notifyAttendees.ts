import { beginSend, isLost, noteAnswered, noteSent } from '../../../app/deliveries/announce';
import { noteQuietly } from '../../../app/deliveries/facts';
import { deliveryOutcome, lacksProperties } from '../../../app/deliveries/outcome';
import { itemOfDelivery } from '../../../core/delivery/item';
import { markProperty, notifyPatch } from '../../../core/delivery/mark';
import { readFailure } from '../../../core/wire/failure';
import { readChanged } from '../../../core/wire/success';
import type { Dependencies } from '../../../dependencies';
import { DeliveryCall, DeliverySaid, deliveryActivity } from './step';

/**
 * The one update of the event, with which its attendees get the files (docs/outlook-facts.md#events-notify). It leaves the
 * subject as it is and puts the mark on the event, so that a look tells whether it came through.
 */
export async function notifyAttendees(
  call: DeliveryCall<'notifyAttendees'>,
  deps: Dependencies,
): Promise<DeliverySaid> {
  const { record, token, progress } = call;
  const item = itemOfDelivery(record);
  const read = await deps.messages.readEvent(item, markProperty);
  if (read.kind !== 'event') return { kind: 'notDone' };
  const held = await beginSend(record.id, token, deps);
  if (held) return held;
  const mark = progress.mark === 'impossible' ? undefined : record.id;
  const reply = await deps.messages.patch(item, notifyPatch(read.event.subject, mark));
  const now = deps.clock();
  if (readChanged(reply)) return noteSent(record.id, token, now, deps);
  if (!isLost(reply)) await noteAnswered(record.id, token, deps);
  const failure = readFailure('notifyAttendees', reply, now);
  if (mark !== undefined && lacksProperties(failure)) {
    await noteQuietly(deps, record.id, token, (facts) => ({ ...facts, takesNoMark: true }));
    return { kind: 'noMark' };
  }
  return deliveryOutcome(failure);
}

deliveryActivity('notifyAttendees', notifyAttendees);

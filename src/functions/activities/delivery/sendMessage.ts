import { heldBack, noteLost, noteSent } from '../../../app/deliveries/announce';
import { claimSend } from '../../../app/deliveries/claimSend';
import { deliveryOutcome } from '../../../app/deliveries/outcome';
import { itemOfDelivery } from '../../../core/delivery/item';
import { readFailure } from '../../../core/wire/failure';
import { readSent } from '../../../core/wire/success';
import type { Dependencies } from '../../../dependencies';
import { DeliveryCall, DeliverySaid, deliveryActivity } from './step';

/**
 * The one send. The intent is on the record first, in the write that passes the fence, and a cancel meets it there: whichever
 * comes first wins. Only a 202 is a send, and no error is a proof that there was none.
 */
export async function sendMessage(call: DeliveryCall<'sendMessage'>, deps: Dependencies): Promise<DeliverySaid> {
  const { record, turn, token } = call;
  const held = heldBack(record, turn);
  if (held) return held;
  const problem = await claimSend(record, deps);
  if (problem) return { kind: 'notOurs', problem };
  if (!(await call.mayStillAct())) return { kind: 'crashed' };
  const reply = await deps.messages.send(itemOfDelivery(record));
  const now = deps.clock();
  if (readSent(reply)) return noteSent(record.id, token, now, deps);
  await noteLost(record.id, token, reply, deps);
  return deliveryOutcome(readFailure('send', reply, now));
}

deliveryActivity('sendMessage', sendMessage);

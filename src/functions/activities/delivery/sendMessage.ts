import { beginSend, isLost, noteAnswered, noteSent } from '../../../app/deliveries/announce';
import { claimSend } from '../../../app/deliveries/claimSend';
import { deliveryOutcome } from '../../../app/deliveries/outcome';
import { itemOfDelivery } from '../../../core/delivery/item';
import { readFailure } from '../../../core/wire/failure';
import { readSent } from '../../../core/wire/success';
import type { Dependencies } from '../../../dependencies';
import { DeliveryCall, DeliverySaid, deliveryActivity } from './step';

/**
 * The one send. The intent is on the record right before the request. Only a 202 is a send, and no error is a proof that there
 * was none.
 */
export async function sendMessage(call: DeliveryCall<'sendMessage'>, deps: Dependencies): Promise<DeliverySaid> {
  const { record, turn, token } = call;
  const problem = turn === 'first' ? await claimSend(record, deps) : undefined;
  if (problem) return { kind: 'notOurs', problem };
  const held = await beginSend(record.id, token, deps);
  if (held) return held;
  const reply = await deps.messages.send(itemOfDelivery(record));
  const now = deps.clock();
  if (readSent(reply)) return noteSent(record.id, token, now, deps);
  if (!isLost(reply)) await noteAnswered(record.id, token, deps);
  return deliveryOutcome(readFailure('send', reply, now));
}

deliveryActivity('sendMessage', sendMessage);

import { claimSend } from '../../../app/deliveries/claimSend';
import { noteQuietly } from '../../../app/deliveries/facts';
import { deliveryOutcome, lacksProperties } from '../../../app/deliveries/outcome';
import { itemOfDelivery } from '../../../core/delivery/item';
import { markPatch } from '../../../core/delivery/mark';
import { readFailure } from '../../../core/wire/failure';
import { readChanged } from '../../../core/wire/success';
import type { Dependencies } from '../../../dependencies';
import { DeliveryCall, DeliverySaid, deliveryActivity } from './step';

/**
 * Marks a draft that does not carry the mark from its making, so that it can be found whatever becomes of the send. Repeatable.
 * Only the delivery that may send the message does it: the mark of another one must stay readable.
 */
export async function markDraft(
  { record, turn, token }: DeliveryCall<'markDraft'>,
  deps: Dependencies,
): Promise<DeliverySaid> {
  if (turn === 'late') return { kind: 'unclear' };
  const problem = record.request.send ? await claimSend(record, deps) : undefined;
  if (problem) return { kind: 'notOurs', problem };
  const item = itemOfDelivery(record);
  const reply = await deps.messages.patch(item, markPatch(record.id));
  if (readChanged(reply)) return { kind: 'marked' };
  const failure = readFailure('markDraft', reply, deps.clock());
  if (!lacksProperties(failure)) return deliveryOutcome(failure);
  const read = await deps.messages.readMessage(item);
  const { internetMessageId } = read.kind === 'read' ? read.message : {};
  await noteQuietly(deps, record.id, token, (facts) => ({
    ...facts,
    takesNoMark: true,
    ...(internetMessageId === undefined ? {} : { internetMessageId }),
  }));
  return { kind: 'noMark' };
}

deliveryActivity('markDraft', markDraft);

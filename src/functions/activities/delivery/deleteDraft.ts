import { whyToLeave } from '../../../app/deliveries/draftLook';
import { noteRemoved } from '../../../app/deliveries/endedUploads';
import { deliveryOutcome } from '../../../app/deliveries/outcome';
import { itemOfDelivery } from '../../../core/delivery/item';
import { readFailure } from '../../../core/wire/failure';
import { readRemoved } from '../../../core/wire/success';
import type { Dependencies } from '../../../dependencies';
import { DeliveryCall, DeliverySaid, deliveryActivity } from './step';

/** Deletes the draft that this delivery made, and with it what is attached. One that somebody has sent meanwhile stays. */
export async function deleteDraft(
  { record, turn }: DeliveryCall<'deleteDraft'>,
  deps: Dependencies,
): Promise<DeliverySaid> {
  if (!record.facts.draft) return { kind: 'removed' };
  if (turn === 'late') return { kind: 'unclear' };
  const item = itemOfDelivery(record);
  const why = await whyToLeave(item, true, deps);
  if (why) return why.kind === 'sentByOthers' ? why : deliveryOutcome(why);
  const reply = await deps.messages.remove(item);
  const failure = readRemoved(reply) ? undefined : readFailure('deleteDraft', reply, deps.clock());
  if (failure && failure.kind !== 'gone') return deliveryOutcome(failure);
  await Promise.all(record.request.uploads.map((id) => noteRemoved(id, deps)));
  return { kind: 'removed' };
}

deliveryActivity('deleteDraft', deleteDraft);

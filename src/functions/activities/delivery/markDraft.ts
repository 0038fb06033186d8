import { markPatch } from '../../../core/delivery/mark';
import type { DeliveryOutcome } from '../../../core/delivery/machine/deliveryOutcome';
import { readMessageReply } from '../../../core/wire/deliveryReplies';
import type { Dependencies } from '../../../dependencies';
import { itemOfDelivery } from '../../../core/delivery/item';
import { DeliveryCall, deliveryActivity } from './step';

/** Before the send: marks a draft that is not ours, so that it can be found whatever becomes of the answer. Repeatable. */
export async function markDraft({ record }: DeliveryCall<'markDraft'>, deps: Dependencies): Promise<DeliveryOutcome> {
  const reply = await deps.messages.patch(itemOfDelivery(record), markPatch(record.id));
  return reply.kind === 'reply' && reply.status < 300
    ? { kind: 'marked' }
    : readMessageReply('mark', reply, deps.clock());
}

deliveryActivity('markDraft', markDraft);

import { markPatch } from '../../core/deliveryMark';
import type { DeliveryOutcome } from '../../core/deliveryOutcome';
import { readMessageReply } from '../../core/deliveryReplies';
import type { Dependencies } from '../../dependencies';
import { DeliveryCall, deliveryActivity, itemOfDelivery } from './deliveryActivity';

/** Before the send: marks a draft that is not ours, so that it can be found whatever becomes of the answer. Repeatable. */
export async function markDraft({ record }: DeliveryCall<'markDraft'>, deps: Dependencies): Promise<DeliveryOutcome> {
  const reply = await deps.messages.patch(itemOfDelivery(record), markPatch(record.id));
  return reply.kind === 'reply' && reply.status < 300
    ? { kind: 'marked' }
    : readMessageReply('mark', reply, deps.clock());
}

deliveryActivity('markDraft', markDraft);

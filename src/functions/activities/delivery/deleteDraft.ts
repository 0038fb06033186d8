import type { DeliveryOutcome } from '../../../core/delivery/machine/deliveryOutcome';
import { readMessageReply } from '../../../core/wire/deliveryReplies';
import type { Dependencies } from '../../../dependencies';
import { itemOfDelivery } from '../../../core/delivery/item';
import { DeliveryCall, deliveryActivity } from './step';
import { noteRemoved } from '../../../app/deliveries/endedUploads';

/** Deletes the draft that this delivery made, and with it what is attached. One that somebody has sent meanwhile stays. */
export async function deleteDraft(
  { record }: DeliveryCall<'deleteDraft'>,
  deps: Dependencies,
): Promise<DeliveryOutcome> {
  if (!record.draft) return { kind: 'removed' };
  const item = itemOfDelivery(record);
  const own = await deps.messages.read(item);
  if (own.kind === 'message' && !own.message.isDraft) return { kind: 'refused', problem: sentByHand };
  const reply = await deps.messages.remove(item);
  const isGone = reply.kind === 'reply' && (reply.status < 300 || reply.status === 404 || reply.status === 410);
  if (!isGone) return readMessageReply('remove', reply, deps.clock());
  await Promise.all(record.request.uploads.map((id) => noteRemoved(id, deps)));
  return { kind: 'removed' };
}

const sentByHand = { code: 'AlreadyFinished', detail: 'The draft was sent by somebody else.' } as const;

deliveryActivity('deleteDraft', deleteDraft);

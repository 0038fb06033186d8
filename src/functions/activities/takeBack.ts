import type { DeliveryOutcome } from '../../core/deliveryOutcome';
import { readMessageReply } from '../../core/deliveryReplies';
import type { Dependencies } from '../../dependencies';
import { DeliveryCall, deliveryActivity } from './deliveryActivity';
import { itemOf } from './stepActivity';
import { noteRemoved } from './uploadOver';

/** Removes what one upload of the delivery attached. 404 is fine: it is gone. */
export async function takeBack({ step }: DeliveryCall<'takeBack'>, deps: Dependencies): Promise<DeliveryOutcome> {
  const upload = (await deps.records.get(step.uploadId))?.value;
  const attachmentId = upload?.end?.attachment?.id;
  if (!upload || typeof attachmentId !== 'string') return { kind: 'removed' };
  const reply = await deps.attachments.remove(itemOf(upload.request), attachmentId);
  const said: DeliveryOutcome =
    reply.kind === 'reply' && reply.status < 300
      ? { kind: 'removed' }
      : readMessageReply('remove', reply, deps.clock());
  if (said.kind === 'removed') await noteRemoved(upload.id, deps);
  return said;
}

deliveryActivity('takeBack', takeBack);

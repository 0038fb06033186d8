import type { DeliveryOutcome } from '../../../core/delivery/machine/deliveryOutcome';
import { readMessageReply } from '../../../core/wire/deliveryReplies';
import type { Dependencies } from '../../../dependencies';
import { DeliveryCall, deliveryActivity } from './step';
import { itemOf } from '../../../core/upload/request';
import { noteRemoved } from '../../../app/deliveries/endedUploads';

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

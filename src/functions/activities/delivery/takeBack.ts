import { whyToLeave } from '../../../app/deliveries/draftLook';
import { attachmentIdOf, noteRemoved } from '../../../app/deliveries/endedUploads';
import { deliveryOutcome } from '../../../app/deliveries/outcome';
import { itemOf } from '../../../core/upload/request';
import { readFailure } from '../../../core/wire/failure';
import { readRemoved } from '../../../core/wire/success';
import type { Dependencies } from '../../../dependencies';
import { DeliveryCall, DeliverySaid, deliveryActivity } from './step';

/**
 * Removes what one upload of the delivery attached. One that is gone is removed. From a message that is no draft nothing is
 * removed: somebody has sent it with the file. Unless it was none before the delivery began: that is the item that was named.
 */
export async function takeBack(
  { record, step, turn }: DeliveryCall<'takeBack'>,
  deps: Dependencies,
): Promise<DeliverySaid> {
  if (turn === 'late') return { kind: 'unclear' };
  const upload = (await deps.records.get(step.uploadId))?.value;
  const attachmentId = upload && attachmentIdOf(upload);
  if (!upload || typeof attachmentId !== 'string') return { kind: 'removed' };
  const item = itemOf(upload.request);
  const why = await whyToLeave(item, record.facts.wasDraft, deps);
  if (why) return why.kind === 'sentByOthers' ? why : deliveryOutcome(why);
  const reply = await deps.attachments.remove(item, attachmentId);
  const failure = readRemoved(reply) ? undefined : readFailure('remove', reply, deps.clock());
  if (failure && failure.kind !== 'gone') return deliveryOutcome(failure);
  await noteRemoved(upload.id, deps);
  return { kind: 'removed' };
}

deliveryActivity('takeBack', takeBack);

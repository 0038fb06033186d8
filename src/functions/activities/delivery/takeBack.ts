import { attachmentIdOf, noteRemoved } from '../../../app/deliveries/endedUploads';
import { deliveryOutcome } from '../../../app/deliveries/outcome';
import { itemOf } from '../../../core/upload/request';
import { readFailure } from '../../../core/wire/failure';
import { readRemoved } from '../../../core/wire/success';
import type { Dependencies } from '../../../dependencies';
import { DeliveryCall, DeliverySaid, deliveryActivity } from './step';

/** Removes what one upload of the delivery attached. One that is gone is removed. */
export async function takeBack({ step, turn }: DeliveryCall<'takeBack'>, deps: Dependencies): Promise<DeliverySaid> {
  if (turn === 'late') return { kind: 'unclear' };
  const upload = (await deps.records.get(step.uploadId))?.value;
  const attachmentId = upload && attachmentIdOf(upload);
  if (!upload || typeof attachmentId !== 'string') return { kind: 'removed' };
  const reply = await deps.attachments.remove(itemOf(upload.request), attachmentId);
  const failure = readRemoved(reply) ? undefined : readFailure('remove', reply, deps.clock());
  if (failure && failure.kind !== 'gone') return deliveryOutcome(failure);
  await noteRemoved(upload.id, deps);
  return { kind: 'removed' };
}

deliveryActivity('takeBack', takeBack);

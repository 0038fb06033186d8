import type { Outcome } from '../../../core/upload/machine/outcome';
import { readReply } from '../../../core/wire/replies';
import type { Dependencies } from '../../../dependencies';
import { itemOf } from '../../../core/upload/request';
import { StepCall, stepActivity } from './step';

/** Takes an attachment of ours off the item: a surplus copy, wrong bytes, or what a cancel came too late for. 404 is fine. */
export async function removeAttachment(
  { request, step }: StepCall<'removeAttachment'>,
  deps: Dependencies,
): Promise<Outcome> {
  const reply = await deps.attachments.remove(itemOf(request), step.attachmentId);
  return readReply('remove', reply, request.sizeBytes ?? 0, deps.clock());
}

stepActivity('removeAttachment', removeAttachment);

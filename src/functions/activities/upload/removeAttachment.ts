import { whyToLeave } from '../../../app/deliveries/draftLook';
import { itemOf } from '../../../core/upload/request';
import type { Outcome } from '../../../core/upload/machine/progress';
import { readFailure } from '../../../core/wire/failure';
import { readRemoved } from '../../../core/wire/success';
import type { Dependencies } from '../../../dependencies';
import { uploadOutcome } from '../../../app/uploads/outcome';
import { StepCall, stepActivity } from './step';

/**
 * Removes an attachment of ours from the item: an extra copy, wrong bytes, or what a cancel came too late for. Not from the draft of
 * a delivery that somebody has sent meanwhile: it has gone with the file.
 */
export async function removeAttachment(
  { request, step, turn }: StepCall<'removeAttachment'>,
  deps: Dependencies,
): Promise<Outcome> {
  if (turn === 'late') return { kind: 'unclear' };
  const item = itemOf(request);
  if (request.delivery !== undefined) {
    const wasDraft = (await deps.deliveries.get(request.delivery))?.value.facts.wasDraft;
    const why = await whyToLeave(item, wasDraft, deps);
    if (why) return why.kind === 'sentByOthers' ? why : uploadOutcome(why);
  }
  const reply = await deps.attachments.remove(item, step.attachmentId);
  const removed = readRemoved(reply);
  if (removed) return removed;
  const failure = readFailure('remove', reply, deps.clock());
  return failure.kind === 'gone' ? { kind: 'removed' } : uploadOutcome(failure);
}

stepActivity('removeAttachment', removeAttachment);

import { itemOf } from '../../../core/upload/request';
import type { Outcome } from '../../../core/upload/machine/progress';
import { readFailure } from '../../../core/wire/failure';
import { readRemoved } from '../../../core/wire/success';
import type { Dependencies } from '../../../dependencies';
import { uploadOutcome } from '../../../app/uploads/outcome';
import { StepCall, stepActivity } from './step';

/** Removes an attachment of ours from the item: an extra copy, wrong bytes, or what a cancel came too late for. */
export async function removeAttachment(
  { request, step, turn }: StepCall<'removeAttachment'>,
  deps: Dependencies,
): Promise<Outcome> {
  if (turn === 'late') return { kind: 'unclear' };
  const reply = await deps.attachments.remove(itemOf(request), step.attachmentId);
  const removed = readRemoved(reply);
  if (removed) return removed;
  const failure = readFailure('remove', reply, deps.clock());
  return failure.kind === 'gone' ? { kind: 'removed' } : uploadOutcome(failure);
}

stepActivity('removeAttachment', removeAttachment);

import { search } from '../../../app/uploads/search';
import { searchReply } from '../../../app/uploads/searchReply';
import { kindOf } from '../../../core/items/kinds';
import { itemOf } from '../../../core/upload/request';
import type { Outcome } from '../../../core/upload/machine/progress';
import type { Dependencies } from '../../../dependencies';
import { StepCall, stepActivity } from './step';

/** After an unclear end: searches the item for the file. The fence has been passed: no earlier step begins to send any more. */
export async function findAttachment(
  { request, step, progress, isAwaited }: StepCall<'findAttachment'>,
  deps: Dependencies,
): Promise<Outcome> {
  if (progress?.way !== 'session' && kindOf(itemOf(request).form).protocol === 'reply')
    return searchReply(request, progress, deps);
  const seen = await search(request, progress, { most: 1, isPatient: step.isPatient, isAwaited }, deps);
  if (seen.kind !== 'seen') return seen;
  const [first] = seen.found;
  return first ? { kind: 'found', ...first } : { kind: 'absent', lookalikes: seen.lookalikes, isWhole: seen.isWhole };
}

stepActivity('findAttachment', findAttachment);

import { closeSessions } from '../../../app/uploads/closeSessions';
import { itemOf } from '../../../core/upload/request';
import type { Outcome } from '../../../core/upload/machine/progress';
import type { Dependencies } from '../../../dependencies';
import { uploadOutcome } from '../../../app/uploads/outcome';
import { StepCall, stepActivity } from './step';

/** DELETEs the session that the step names, or all that the record knows where a step died before it could tell. */
export async function cancelUploadSession(
  { request, step, turn }: StepCall<'cancelUploadSession'>,
  deps: Dependencies,
): Promise<Outcome> {
  // a late run would close the session that the upload goes on with
  if (turn === 'late') return { kind: 'closed' };
  const record = await deps.records.get(request.id);
  if (!record) return { kind: 'closed' };
  const failure = await closeSessions(record.value, itemOf(request), step.session, deps);
  return failure ? uploadOutcome(failure) : { kind: 'closed' };
}

stepActivity('cancelUploadSession', cancelUploadSession);

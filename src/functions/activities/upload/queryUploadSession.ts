import { itemOf } from '../../../core/upload/request';
import type { Outcome } from '../../../core/upload/machine/progress';
import { readFailure } from '../../../core/wire/failure';
import { readStatus } from '../../../core/wire/success';
import type { Dependencies } from '../../../dependencies';
import { StepCall, stepActivity } from './step';
import { uploadOutcome } from '../../../app/uploads/outcome';

/** Asks a session what it misses. Outlook documents no such request (docs/outlook-facts.md#session-status): no status is an ordinary answer. */
export async function queryUploadSession(
  { request, step }: StepCall<'queryUploadSession'>,
  deps: Dependencies,
): Promise<Outcome> {
  const url = deps.secrets.open(step.session.sealedUrl, request.id);
  if (url === undefined) return { kind: 'sessionGone' };
  const reply = await deps.sessions(itemOf(request)).status(url);
  return readStatus(reply, request.sizeBytes ?? 0) ?? uploadOutcome(readFailure('askSession', reply, deps.clock()));
}

stepActivity('queryUploadSession', queryUploadSession);

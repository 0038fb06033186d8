import type { Outcome } from '../../../core/upload/machine/outcome';
import { readReply } from '../../../core/wire/replies';
import type { Dependencies } from '../../../dependencies';
import { itemOf } from '../../../core/upload/request';
import { StepCall, stepActivity } from './step';

/** Asks a session what is missing. Not documented for Outlook (facts/outlook.md 2.3): `noStatus` is an ordinary answer. */
export async function queryUploadSession(
  { request, step }: StepCall<'queryUploadSession'>,
  deps: Dependencies,
): Promise<Outcome> {
  const url = deps.secrets.open(step.session.sealedUrl, request.id);
  if (url === undefined) return { kind: 'lost' };
  const reply = await deps.sessions(itemOf(request)).status(url);
  return readReply('status', reply, request.sizeBytes ?? 0, deps.clock());
}

stepActivity('queryUploadSession', queryUploadSession);

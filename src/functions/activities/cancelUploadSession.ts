import type { Outcome } from '../../core/outcome';
import { readReply } from '../../core/replies';
import type { UploadRecord } from '../../core/uploadRecord';
import type { Dependencies } from '../../dependencies';
import { takeTurn, updateRecord } from './records';
import { itemOf, StepCall, stepActivity } from './stepActivity';

/**
 * DELETEs a session: the one that the step names, and the one on the record where a step died before it could tell.
 * 404 and 410 are fine: it is gone. A seal that no key opens cannot be closed: it expires.
 */
export async function cancelUploadSession(
  { request, step, execution }: StepCall<'cancelUploadSession'>,
  deps: Dependencies,
): Promise<Outcome> {
  // a late run would close the session that the upload goes on with
  if ((await takeTurn(deps, request.id, execution, step.no)) === 'late') return { kind: 'cancelled' };
  const record = await deps.records.get(request.id);
  const { session, unclosed = [] } = record?.value ?? {};
  const known = [step.session, session, ...unclosed];
  const sealed = new Set(known.map((one) => one?.sealedUrl).filter((url) => url !== undefined));
  for (const sealedUrl of sealed) {
    const url = deps.secrets.open(sealedUrl, request.id);
    if (url === undefined) continue;
    const reply = await deps.sessions(itemOf(request)).cancel(url);
    const said = readReply('cancelSession', reply, request.sizeBytes ?? 0, deps.clock());
    if (said.kind !== 'cancelled') return said;
  }
  if (session ?? unclosed[0]) await updateRecord(deps.records, request.id, (now) => withoutSessions(now, sealed));
  return { kind: 'cancelled' };
}

function withoutSessions({ session, unclosed, ...rest }: UploadRecord, closed: ReadonlySet<string>): UploadRecord {
  const left = (unclosed ?? []).filter(({ sealedUrl }) => !closed.has(sealedUrl));
  return {
    ...rest,
    ...(session && !closed.has(session.sealedUrl) ? { session } : {}),
    ...(left.length > 0 ? { unclosed: left } : {}),
  };
}

stepActivity('cancelUploadSession', cancelUploadSession);

import type { Outcome } from '../../../core/upload/machine/outcome';
import { readReply } from '../../../core/wire/replies';
import type { UploadRecord } from '../../../core/upload/record';
import type { SealedSession } from '../../../core/wire/session';
import type { Dependencies } from '../../../dependencies';
import { takeTurn, updateRecord } from '../../../app/jobs/records';
import { itemOf } from '../../../core/upload/request';
import { StepCall, stepActivity } from './step';

/**
 * DELETEs a session: the one that the step names, and the one on the record where a step died before it could tell.
 * 404 and 410 are fine: it is gone. One whose seal no key opens cannot be closed: it expires, and is told.
 */
export async function cancelUploadSession(
  { request, step, execution }: StepCall<'cancelUploadSession'>,
  deps: Dependencies,
): Promise<Outcome> {
  // a late run would close the session that the upload goes on with
  if ((await takeTurn(deps, request.id, execution, step.no)) === 'late') return { kind: 'cancelled' };
  const record = await deps.records.get(request.id);
  const known = sessionsOf(step.session, record?.value);
  const closed = new Set<string>();
  for (const { sealedUrl } of known) {
    const url = deps.secrets.open(sealedUrl, request.id);
    if (url === undefined) continue;
    const reply = await deps.sessions(itemOf(request)).cancel(url);
    const said = readReply('cancelSession', reply, request.sizeBytes ?? 0, deps.clock());
    if (said.kind !== 'cancelled') return said;
    closed.add(sealedUrl);
  }
  const left = known.filter(({ sealedUrl }) => !closed.has(sealedUrl));
  if (known.length > 0) await updateRecord(deps.records, request.id, (now) => leaving(now, known, left));
  const isLeft = left.some(({ sealedUrl }) => sealedUrl === step.session?.sealedUrl);
  return isLeft ? { kind: 'cancelled', isLeft } : { kind: 'cancelled' };
}

/** Each once: the one that the step names, and those of the record. */
function sessionsOf(ours: SealedSession | undefined, record: UploadRecord | undefined): SealedSession[] {
  const all = [ours, record?.session, ...(record?.unclosed ?? [])].filter((one) => one !== undefined);
  return [...new Map(all.map(({ sealedUrl, expiresAt }) => [sealedUrl, { sealedUrl, expiresAt }])).values()];
}

/** The record without these sessions but with those that are left: the end tells them, whoever writes it. */
function leaving(
  { session, unclosed = [], ...rest }: UploadRecord,
  these: readonly SealedSession[],
  left: readonly SealedSession[],
): UploadRecord {
  const isOther = (one: SealedSession): boolean => !these.some(({ sealedUrl }) => sealedUrl === one.sealedUrl);
  const open = [...unclosed.filter(isOther), ...left];
  return {
    ...rest,
    ...(session && isOther(session) ? { session } : {}),
    ...(open.length > 0 ? { unclosed: open } : {}),
  };
}

stepActivity('cancelUploadSession', cancelUploadSession);

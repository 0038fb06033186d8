import type { Outcome } from '../../../core/upload/machine/outcome';
import { readReply } from '../../../core/wire/replies';
import type { UploadSessionApi } from '../../../core/wire/ports';
import type { UploadRecord } from '../../../core/upload/record';
import { parseUploadSession, SealedSession, WireSession } from '../../../core/wire/session';
import type { Dependencies } from '../../../dependencies';
import { sessionLeftOpen, takeTurn, turnOf, updateRecord } from '../../../app/jobs/records';
import { itemOf } from '../../../core/upload/request';
import { StepCall, stepActivity } from './step';

/**
 * Opens a session. The step takes its turn first, and its sealed URL is on the record before anybody else hears of it, so that whoever
 * cleans up can close it. A second run of the same step finds the first one's session there and closes its own; so does a
 * run that comes back when the upload has gone on without it, and one whose session could not be written down.
 */
export async function createUploadSession(call: StepCall<'createUploadSession'>, deps: Dependencies): Promise<Outcome> {
  const { request, step, execution } = call;
  if (request.sizeBytes === null) throw new Error(`Upload ${request.id} has no file to send.`);
  const stepKey = `${execution}/${step.no}`;
  const turn = await takeTurn(deps, request.id, execution, step.no);
  if (turn === 'late') return { kind: 'notSent' };
  const already = turn === 'again' ? sessionOfStep((await deps.records.get(request.id))?.value, stepKey) : undefined;
  if (already) return already;

  const sessions = deps.sessions(itemOf(request));
  const reply = await sessions.create(itemOf(request), { ...request, sizeBytes: request.sizeBytes });
  const now = deps.clock();
  const session =
    reply.kind === 'reply' && reply.status < 300
      ? parseUploadSession(reply.json, request.sizeBytes, now, reply.date)
      : undefined;
  if (!session) return readReply('createSession', reply, request.sizeBytes, now);

  const sealedUrl = deps.secrets.seal(session.uploadUrl, request.id);
  const mine = { step: stepKey, sealedUrl, expiresAt: session.expiresAt };
  const stored = await updateRecord(deps.records, request.id, (record) =>
    turnOf(record, execution, step.no) === 'again' && record.session?.step !== stepKey
      ? { ...withUnclosed(record, now), session: mine, updatedAt: now }
      : undefined,
  ).catch(() => undefined); // it may be written all the same: then it is found closed
  if (stored?.session?.sealedUrl === sealedUrl) return opened(session, sealedUrl);
  const isClosed = await close(sessions, session.uploadUrl, deps);
  const isTold = isClosed || (await keepUnclosed(deps, request.id, { sealedUrl, expiresAt: session.expiresAt }));
  if (!isTold) return { kind: 'unclosed', session: { sealedUrl, expiresAt: session.expiresAt } };
  return sessionOfStep(stored, stepKey) ?? { kind: 'notSent' };
}

/** One that is still on the record was given up open: the next cleanup tries it again, also that of a recovery. */
function withUnclosed(record: UploadRecord, now: number): UploadRecord {
  const { session, unclosed = [] } = record;
  if (!session || session.expiresAt <= now) return record;
  const { sealedUrl, expiresAt } = session;
  return { ...record, unclosed: [...unclosed, { sealedUrl, expiresAt }] };
}

/** Leaves it to whoever cleans up; where everything is over, to whoever reads the end. False: storage is out of reach. */
async function keepUnclosed(deps: Dependencies, id: string, session: SealedSession): Promise<boolean> {
  const kept = await updateRecord(deps.records, id, (record) =>
    record.end
      ? { ...record, end: { ...record.end, warnings: [...record.end.warnings, sessionLeftOpen(session.expiresAt)] } }
      : { ...record, unclosed: [...(record.unclosed ?? []), session] },
  ).catch(() => undefined);
  return kept !== undefined;
}

/** Closes a session that nobody else may ever hear of: so it tries some times. */
async function close(sessions: UploadSessionApi, uploadUrl: string, deps: Dependencies): Promise<boolean> {
  for (let attempt = 0; attempt < 6; attempt++) {
    if (attempt > 0) await deps.sleep(500 * 2 ** attempt);
    const said = readReply('cancelSession', await sessions.cancel(uploadUrl), 0, deps.clock());
    if (said.kind === 'cancelled') return true;
  }
  return false;
}

function sessionOfStep(record: UploadRecord | undefined, stepKey: string): Outcome | undefined {
  if (record?.session?.step !== stepKey) return undefined;
  const { sealedUrl, expiresAt } = record.session;
  return { kind: 'opened', session: { sealedUrl, expiresAt } };
}

function opened(session: WireSession, sealedUrl: string): Extract<Outcome, { kind: 'opened' }> {
  const sealed = { sealedUrl, expiresAt: session.expiresAt };
  return session.missing
    ? { kind: 'opened', session: sealed, missing: session.missing }
    : { kind: 'opened', session: sealed };
}

stepActivity('createUploadSession', createUploadSession);

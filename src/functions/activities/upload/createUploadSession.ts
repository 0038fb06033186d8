import { updateRecord } from '../../../app/jobs/records';
import { closeUrl } from '../../../app/uploads/closeSessions';
import { turnOf } from '../../../core/job/record';
import { openSessions, UploadRecord, withoutSessions, withSession } from '../../../core/upload/record';
import { itemOf } from '../../../core/upload/request';
import type { Outcome } from '../../../core/upload/machine/progress';
import { readFailure } from '../../../core/wire/failure';
import type { SealedSession } from '../../../core/wire/session';
import { readOpened } from '../../../core/wire/success';
import type { Dependencies } from '../../../dependencies';
import { uploadOutcome } from '../../../app/uploads/outcome';
import { StepCall, stepActivity } from './step';

/**
 * Opens a session. Its sealed URL is on the record before anybody else hears of it, so that whoever cleans up can close it. Of two
 * runs of one step the one that writes first has opened the session: the other one closes its own, and says the same. So does a run
 * that comes back when the upload has gone on without it, but it has nothing to say.
 */
export async function createUploadSession(call: StepCall<'createUploadSession'>, deps: Dependencies): Promise<Outcome> {
  const { request, token, turn } = call;
  if (request.sizeBytes === null) throw new Error(`Upload ${request.id} has no file to send.`);
  if (turn === 'late') return { kind: 'notDone' };
  const openedBy = `${token.epoch}/${token.no}`;
  if (turn === 'again') {
    const before = openedIn((await deps.records.get(request.id))?.value, openedBy, deps.clock());
    if (before) return { kind: 'opened', session: before };
  }

  const item = itemOf(request);
  const reply = await deps.sessions(item).create(item, { ...request, sizeBytes: request.sizeBytes });
  const now = deps.clock();
  const opened = readOpened(reply, request.sizeBytes, now);
  if (!opened) return uploadOutcome(readFailure('openSession', reply, now));

  const { uploadUrl, expiresAt, missing } = opened.session;
  const session: SealedSession = { sealedUrl: deps.secrets.seal(uploadUrl, request.id), expiresAt };
  const stored = await updateRecord(deps.records, request.id, (record) => ({
    ...record,
    facts: withSession(record.facts, { ...session, openedBy }, now),
    updatedAt: now,
  })).catch(() => undefined); // it may be written all the same: then it is found closed
  const isAwaited = stored?.run?.fence === token.no && turnOf(stored, token) !== 'late';
  const first = isAwaited ? openedIn(stored, openedBy, now) : undefined;
  if (first?.sealedUrl === session.sealedUrl) return { kind: 'opened', session, ...(missing ? { missing } : {}) };
  await closeAtOnce(call, uploadUrl, session, deps);
  return first ? { kind: 'opened', session: first } : { kind: 'notDone' };
}

function openedIn(record: UploadRecord | undefined, openedBy: string, now: number): SealedSession | undefined {
  const found = record && openSessions(record.facts, now).find((one) => one.openedBy === openedBy);
  return found && { sealedUrl: found.sealedUrl, expiresAt: found.expiresAt };
}

/**
 * Closes a session that nobody uses, in six tries. A session that stays open goes onto the record, for the watch. The URL is used
 * as it came: meanwhile the key of the seal may have been replaced.
 */
async function closeAtOnce(
  { request }: StepCall<'createUploadSession'>,
  url: string,
  session: SealedSession,
  deps: Dependencies,
): Promise<void> {
  const { id } = request;
  for (let attempt = 0; attempt < 6; attempt++) {
    if (attempt > 0) await deps.sleep(500 * 2 ** attempt);
    const closed = new Set([session.sealedUrl]);
    if ((await closeUrl(url, itemOf(request), deps)).kind !== 'closed') {
      await updateRecord(deps.records, id, (record) =>
        record.facts.sessions.some(({ sealedUrl }) => closed.has(sealedUrl))
          ? undefined
          : { ...record, facts: withSession(record.facts, session, deps.clock()) },
      ).catch(() => undefined);
      continue;
    }
    await updateRecord(deps.records, id, (record) => ({
      ...record,
      facts: withoutSessions(record.facts, closed, deps.clock()),
    })).catch(() => undefined);
    return;
  }
}

stepActivity('createUploadSession', createUploadSession);

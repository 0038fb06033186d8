import { missingBytes, wholeFile, without } from '../../byteRange';
import type { Said } from './outcome';
import { itemNotFound, problem, replaceSession, stale, unclear, undo } from './progressChanges';
import { noting, onLastRange, Progress } from './progressState';
import { retryPolicy } from '../../retry';
import { again } from './waits';

/** What opening, sending and asking a session come to. */

export function opened(p: Progress, said: Said<'opened'>, now: number): Progress {
  const missing = said.missing && said.missing.length > 0 ? said.missing : wholeFile(p.plan.totalBytes);
  return {
    ...noting(p, now, p.lostSessions + p.expiredSessions + p.incidents > 0 ? 'sessionReplaced' : 'sessionOpened'),
    session: said.session,
    sessionIsStale: false,
    sessionIsUnclear: false,
    mayHaveOpened: false,
    missing,
    fewestMissingBytes: missingBytes(missing),
    querying: false,
    assumedTaken: false,
    withoutProgress: 0,
    attempts: 0,
  };
}

/** The service owns the offset, forwards and back; an answer without a list took the range whole. */
export function accepted(p: Progress, said: Said<'accepted'>, now: number): Progress {
  if (p.asked?.do !== 'uploadRange') return p;
  const missing = said.missing ?? without(p.missing, p.asked.range);
  const rangeMs = Math.max(p.rangeMs, said.tookMs ?? 0);
  const q: Progress = { ...p, missing, querying: false, crashes: 0, rangeMs };
  return missingBytes(missing) < p.fewestMissingBytes
    ? progressed({ ...q, assumedTaken: false })
    : withoutProgress(q, now);
}

/** Progress is fewer missing bytes than ever in this session: it resets what counts attempts. */
export function progressed(p: Progress): Progress {
  const left = missingBytes(p.missing);
  return left < p.fewestMissingBytes
    ? { ...p, fewestMissingBytes: left, attempts: 0, withoutProgress: 0, incidents: 0 }
    : p;
}

function withoutProgress(p: Progress, now: number): Progress {
  const q = { ...p, withoutProgress: p.withoutProgress + 1 };
  return q.withoutProgress >= retryPolicy.maxWithoutProgress
    ? replaceSession(q, now)
    : again(q, retryPolicy.transient, 'retry', now);
}

/** It is attached. A reason to fail that came before is none any more; a cancel is. */
export function completed(p: Progress, id: string | null, now: number): Progress {
  return {
    ...noting(p, now, 'attached'),
    attached: { id, at: now },
    session: undefined,
    unclearSince: undefined,
    ...(p.sessionIsUnclear ? { unclearSends: p.unclearSends - 1, sessionIsUnclear: false } : {}),
    attempts: 0,
    ...(p.undoing && p.undoing !== 'cancelled' ? { undoing: undefined } : {}),
  };
}

/** 401 on a PUT: a new session, slower each time (facts/outlook.md, trap 5). */
export function incident(p: Progress, now: number): Progress {
  const q = noting({ ...p, incidents: p.incidents + 1, attempts: p.incidents }, now, 'incident');
  return again(stale(q), retryPolicy.incident, 'incident', now);
}

/** The session is unknown, ended or expired. After the last range that looks the same when the file is attached. */
export function lost(p: Progress, now: number): Progress {
  if (onLastRange(p)) return unclear(stale(p), now);
  if (missingBytes(p.missing) < p.plan.totalBytes) return replaceSession(p, now);
  const q = { ...p, notFounds: p.notFounds + 1 }; // at its first byte: a young draft is not seen everywhere at once
  return q.notFounds >= retryPolicy.maxNotFound
    ? undo(stale(q), itemNotFound, now)
    : again(stale(q), retryPolicy.transient, 'retry', now);
}

/** 416: the session's status says where we are, where the service answers one; else the range was taken before. */
export function misplaced(p: Progress, now: number): Progress {
  if (p.asked?.do !== 'uploadRange') return p;
  if (!p.noStatus) {
    const q = withoutProgress(p, now);
    return q.sessionIsStale ? q : { ...q, resumeAt: now, waitingFor: undefined, querying: true };
  }
  if (!p.assumedTaken) return { ...p, assumedTaken: true, missing: without(p.missing, p.asked.range) };
  return replaceSession(p, now);
}

/** The service sees the border between POST and session elsewhere: the other way, once. */
export function wrongWay(p: Progress, now: number): Progress {
  const { otherWay, totalBytes } = p.plan;
  if (otherWay !== undefined && p.way === p.plan.way)
    return { ...noting(p, now, 'wayChanged', otherWay), way: otherWay, attempts: 0 };
  const detail = `The service takes ${totalBytes} bytes on this item neither by POST nor by an upload session.`;
  return undo(p, problem('AttachmentTooLarge', detail), now);
}

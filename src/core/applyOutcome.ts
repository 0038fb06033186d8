import { missingBytes, wholeFile, without } from './byteRange';
import type { Outcome, RangeDigest } from './outcome';
import { Backoff, backoffMs, retryPolicy } from './retryPolicy';
import type { Problem, UploadErrorCode } from './uploadError';
import type { WarningCode } from './uploadRecord';
import type { WaitingFor } from './uploadStatus';
import { isOver, noting, onLastRange, Progress } from './progressState';

type Said<K extends Outcome['kind']> = Extract<Outcome, { kind: K }>;

/** What an outcome makes of the state. One case a kind; what a kind means depends on the step that was asked. */
export function applyOutcome(before: Progress, said: Outcome, now: number): Progress {
  const p: Progress = {
    ...before,
    // what only concerns the mailbox's pacer ends no wait
    ...(asksPacer(before) ? {} : { resumeAt: now, waitingFor: undefined }),
    ...(said.requestId === undefined ? {} : { requestId: said.requestId }),
    digests: withDigest(before.digests, said.digest),
    // whatever this run says: another run of the step may have opened one, and written it down
    mayHaveOpened: before.mayHaveOpened || before.asked?.do === 'createUploadSession',
  };
  switch (said.kind) {
    case 'cancelRequested':
      return p.undoing ? p : undo(noting(p, now, 'cancelRequested'), 'cancelled', now);
    case 'admitted':
      return admitted(p, said, now);
    case 'queued':
      return queued(p, said, now);
    case 'noted':
      return p.asked?.do === 'leaveMailbox' ? { ...p, place: 'none' } : { ...p, throttledUntil: undefined };
    case 'baseline':
      return { ...p, lookedBefore: true, attempts: 0 };
    case 'opened':
      return opened(p, said, now);
    case 'accepted':
      return accepted(p, said, now);
    case 'expects':
      return progressed({ ...p, querying: false, missing: said.missing });
    case 'noStatus':
      return { ...p, querying: false, noStatus: true };
    case 'completed':
      return completed(p, said.attachmentId ?? null, now);
    case 'replied':
      return notVerified(
        completed(p, null, now),
        'The service takes a reply without naming its attachment: it cannot be read back.',
      );
    case 'found':
      return found(p, said, now);
    case 'absent':
      return absent(lookalikes(p, said.lookalikes), now);
    case 'surplus':
      return { ...lookalikes(p, said.lookalikes), surplusLooked: true, surplus: said.attachmentIds, attempts: 0 };
    case 'verified':
      return noting({ ...p, sha256: said.sha256, verificationOver: true, attempts: 0 }, now, 'verified');
    case 'mismatch':
      return { ...p, wrongBytes: p.wrongBytes + 1, removing: p.attached?.id ?? undefined };
    case 'cancelled':
      return { ...p, session: undefined, sessionIsStale: false, mayHaveOpened: false, cleanups: 0 };
    case 'removed':
      return removed(p, now);
    case 'throttled':
      return throttled(p, said, now);
    case 'uncertain':
      return uncertain(p, said.retryAfterMs ?? 0, now);
    case 'notSent':
      return again(p, retryPolicy.transient, 'retry', now);
    case 'incident':
      return again(
        stale(noting({ ...p, incidents: p.incidents + 1, attempts: p.incidents }, now, 'incident')),
        retryPolicy.incident,
        'incident',
        now,
      );
    case 'lost':
      return lost(p, now);
    case 'misplaced':
      return misplaced(p, now);
    case 'wrongWay':
      return wrongWay(p, now);
    case 'notFound':
      return notFound(p, now);
    case 'refused':
      return refused(p, said.problem, now);
    case 'storage':
      return again(noting(p, now, 'storageUnreachable'), retryPolicy.storage, 'storage', now);
    case 'sourceGone':
      return sourceGone(p, said.problem, now);
    case 'notReady':
      return again(p, retryPolicy.notReady, 'retry', now);
    case 'crashed':
      return crashed(p, now);
  }
}

const asksPacer = ({ asked }: Progress): boolean =>
  asked?.do === 'reportThrottle' || asked?.do === 'requestAdmission' || asked?.do === 'leaveMailbox';

/** A place is kept through a wait: the wait goes on. What ends is a wait for the mailbox. */
function admitted(p: Progress, said: Said<'admitted'>, now: number): Progress {
  const isKept = p.asked?.do === 'requestAdmission' && p.asked.wantBytes === 0;
  const q = { ...p, place: 'held' as const, placeSeenAt: now };
  if (isKept) return { ...q, grantedBytes: 0 }; // what was left was given back
  const waited = p.waitingFor === 'mailbox' ? { resumeAt: now, waitingFor: undefined, attempts: 0 } : {};
  return { ...q, ...waited, grantedBytes: said.grantedBytes };
}

function queued(p: Progress, said: Said<'queued'>, now: number): Progress {
  const q = again(p.place === 'none' ? noting(p, now, 'waitingForMailbox') : p, retryPolicy.admission, 'mailbox', now);
  return {
    ...q,
    place: p.place === 'held' ? 'held' : 'asked',
    placeSeenAt: now,
    grantedBytes: 0, // what was left was given back
    resumeAt: Math.max(Math.min(said.until ?? Infinity, q.resumeAt), now + 500),
  };
}

function opened(p: Progress, said: Said<'opened'>, now: number): Progress {
  if (said.isStale) return stale(again({ ...p, session: said.session }, retryPolicy.transient, 'retry', now));
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
function accepted(p: Progress, said: Said<'accepted'>, now: number): Progress {
  if (p.asked?.do !== 'uploadRange') return p;
  const missing = said.missing ?? without(p.missing, p.asked.range);
  const q: Progress = {
    ...p,
    missing,
    querying: false,
    crashes: 0,
    rangeMs: Math.max(p.rangeMs, said.tookMs ?? 0),
  };
  return missingBytes(missing) < p.fewestMissingBytes
    ? progressed({ ...q, assumedTaken: false })
    : withoutProgress(q, now);
}

/** Progress is fewer missing bytes than ever in this session: it resets what counts attempts. */
function progressed(p: Progress): Progress {
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

function completed(p: Progress, id: string | null, now: number): Progress {
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

/** Found on the item by name and content: ours. Its session, if any, is closed all the same. */
function found(p: Progress, said: Said<'found'>, now: number): Progress {
  const q = {
    ...completed({ ...noting(p, now, 'reconciled'), sessionIsUnclear: false }, said.attachmentId, now),
    unclearSends: p.attached ? p.unclearSends : Math.max(0, p.unclearSends - 1),
    session: p.session,
    sessionIsStale: true,
  };
  return said.sha256 === null ? q : { ...q, sha256: said.sha256, verificationOver: true };
}

function absent(p: Progress, now: number): Progress {
  const since = p.unclearSince ?? p.attached?.at ?? now;
  const settledAt = since + p.plan.policy.settleMs;
  if (now < settledAt) {
    const q = again(p, retryPolicy.looking, 'retry', now);
    return { ...q, resumeAt: Math.min(q.resumeAt, settledAt) };
  }
  if (p.attached) return notVerified(p, 'The service took the file but gave no id by which it could be read back.');
  const resends = p.resends + 1;
  const q: Progress = {
    ...p,
    unclearSince: undefined,
    querying: !p.noStatus,
    attempts: 0,
    resends,
    resumeAt: p.undoing ? now : now + backoffMs(retryPolicy.resending, resends, seed(p)),
    waitingFor: 'retry',
  };
  return p.missing.length === 0 && p.way === 'session' ? replaceSession(q, now) : q;
}

function removed(p: Progress, now: number): Progress {
  const id = p.asked?.do === 'removeAttachment' ? p.asked.attachmentId : undefined;
  const q = { ...p, cleanups: 0, surplus: p.surplus.filter((other) => other !== id) };
  if (id !== p.attached?.id) return noting(q, now, 'surplusRemoved');
  const gone: Progress = {
    ...q,
    attached: undefined,
    removing: undefined,
    sha256: undefined,
    verificationOver: !p.plan.verifiable,
  };
  if (p.removing === undefined) return gone;
  const again: Progress = {
    ...noting(gone, now, 'wrongBytesRemoved'),
    missing: wholeFile(p.plan.totalBytes),
  };
  return p.wrongBytes < retryPolicy.maxWrongBytes
    ? again
    : undo(
        again,
        problem(
          'VerificationFailed',
          'What the service attached was not the blob, twice. It was removed. Try again later.',
        ),
        now,
      );
}

function throttled(p: Progress, said: Said<'throttled'>, now: number): Progress {
  const own = backoffMs(retryPolicy.throttled, p.attempts + 1, seed(p));
  // the service's word is the floor; one that it repeats again and again is not its last
  const waitMs = Math.max(said.retryAfterMs ?? 0, said.retryAfterMs === undefined || p.attempts > 2 ? own : 0);
  const q = noting(
    { ...p, attempts: p.attempts + 1, resumeAt: now + waitMs, waitingFor: 'throttled' as const },
    now,
    'throttled',
    `for ${Math.ceil(waitMs / 1000)} s`,
  );
  return isCleanup(p) ? cleanupFailed(q, q.resumeAt) : p.place === 'held' ? { ...q, throttledUntil: q.resumeAt } : q;
}

/** It may have happened. What can attach is looked for before it is sent again; anything else is simply done again. */
function uncertain(p: Progress, floorMs: number, now: number): Progress {
  const q = again(p, retryPolicy.transient, 'retry', now, floorMs);
  switch (p.asked?.do) {
    case 'postAttachment':
      return p.way === 'reply'
        ? undo(p, unknown('the reply that carries the file got no answer'), now)
        : unclear(p, now);
    case 'uploadRange':
      return onLastRange(p) ? unclear(p, now) : { ...q, querying: !p.noStatus };
    case 'queryUploadSession':
      return { ...q, querying: q.attempts < 3 };
    case 'verifyAttachment':
      return verifyAgain(q);
    case 'findSurplus':
      return surplusAgain(q);
    case 'findAttachment':
      return lookAgain(q, now);
    case 'cancelUploadSession':
    case 'removeAttachment':
      return cleanupFailed(q, q.resumeAt);
    default:
      return q;
  }
}

function lost(p: Progress, now: number): Progress {
  // after the last range a 404 looks like a lost session, yet the file may be attached
  if (onLastRange(p)) return unclear(stale(p), now);
  const untouched = missingBytes(p.missing) === p.plan.totalBytes;
  if (!untouched) return replaceSession(p, now);
  const q = { ...p, notFounds: p.notFounds + 1 };
  return q.notFounds >= retryPolicy.maxNotFound
    ? undo(stale(q), itemNotFound, now)
    : again(stale(q), retryPolicy.transient, 'retry', now);
}

function misplaced(p: Progress, now: number): Progress {
  if (p.asked?.do !== 'uploadRange') return p;
  if (!p.noStatus) {
    const q = withoutProgress(p, now);
    return q.sessionIsStale ? q : { ...q, resumeAt: now, waitingFor: undefined, querying: true };
  }
  // a 416 after a lost reply, or in a second run of the same step: the range was taken before
  if (!p.assumedTaken) return { ...p, assumedTaken: true, missing: without(p.missing, p.asked.range) };
  return replaceSession(p, now);
}

function wrongWay(p: Progress, now: number): Progress {
  const { otherWay } = p.plan;
  if (otherWay === undefined || p.way !== p.plan.way) {
    return undo(
      p,
      problem(
        'AttachmentTooLarge',
        `The service takes ${p.plan.totalBytes} bytes on this item neither by POST nor by an upload session.`,
      ),
      now,
    );
  }
  return { ...noting(p, now, 'wayChanged', otherWay), way: otherWay, attempts: 0 };
}

function notFound(p: Progress, now: number): Progress {
  if (p.asked?.do === 'verifyAttachment') return verifyAgain(again(p, retryPolicy.transient, 'retry', now));
  if (p.asked?.do === 'findSurplus') return surplusAgain(again(p, retryPolicy.transient, 'retry', now));
  const q = { ...p, notFounds: p.notFounds + 1 };
  if (q.notFounds < retryPolicy.maxNotFound) return again(q, retryPolicy.transient, 'retry', now);
  // an item that was moved or sent has another id, and what we sent went with it
  if (p.unclearSince !== undefined) return neverKnown(q, 'the item is not found any more');
  return undo(q, itemNotFound, now);
}

function refused(p: Progress, why: Problem, now: number): Progress {
  switch (p.asked?.do) {
    case 'verifyAttachment':
      return verifyAgain({ ...again(p, retryPolicy.transient, 'retry', now), verifications: p.verifications + 3 });
    case 'findSurplus':
      return surplusAgain(again(p, retryPolicy.transient, 'retry', now));
    case 'findAttachment':
      return lookAgain(again(p, retryPolicy.incident, 'retry', now), now);
    case 'cancelUploadSession':
    case 'removeAttachment':
      return cleanupFailed({ ...p, cleanups: p.cleanups + 3 }, now + 1000);
    default:
      return undo(p, why, now);
  }
}

function sourceGone(p: Progress, why: Problem, now: number): Progress {
  if (p.asked?.do === 'verifyAttachment')
    return notVerified(p, 'The blob was replaced or deleted before the attachment could be compared with it.');
  if (p.asked?.do === 'findSurplus') return surplusUnknown(p, 'the blob is gone, so copies of it cannot be told');
  if (p.unclearSince !== undefined)
    return neverKnown(p, 'the blob is gone, so what is on the item cannot be compared with it');
  return undo(p, why, now);
}

/** The activity died or threw. What it may have done is unclear like a lost reply; too often in a row is a fault of ours. */
function crashed(p: Progress, now: number): Progress {
  const q = uncertain({ ...p, crashes: p.crashes + 1 }, 0, now);
  if (p.undoing || q.crashes < retryPolicy.maxCrashes || p.attached) return q;
  return undo(
    q,
    problem(
      'Internal',
      'A step of this upload failed again and again by a fault of the app. See its log, then upload again.',
    ),
    now,
  );
}

/** What was sent may be attached. A POST attaches each time; a session, however often its last range is sent, once. */
export function unclear(p: Progress, now: number): Progress {
  const isCounted = p.way === 'session' && p.sessionIsUnclear;
  return {
    ...noting(p, now, 'reconciling'),
    unclearSends: isCounted ? p.unclearSends : p.unclearSends + 1,
    unclearAt: now,
    sessionIsUnclear: p.way === 'session',
    unclearSince: p.unclearSince ?? now,
    resumeAt: now + 500,
    waitingFor: 'retry',
    attempts: 0,
  };
}

/** The looking itself got no answer: until the deadline it asks again, then the outcome stays unknown. */
function lookAgain(p: Progress, now: number): Progress {
  const out = isOver(p, now) && p.attempts >= 5;
  if (p.attached)
    return p.attempts >= retryPolicy.maxVerifications ? notVerified(p, 'The attachment could not be read back.') : p;
  return out ? neverKnown(p, 'the item could not be read to see whether the file is there') : p;
}

function verifyAgain(p: Progress): Progress {
  const q = { ...p, verifications: p.verifications + 1 };
  return q.verifications >= retryPolicy.maxVerifications
    ? notVerified(q, 'The attachment could not be read back, so its bytes were not compared.')
    : q;
}

function surplusAgain(p: Progress): Progress {
  return p.attempts < retryPolicy.maxCleanups ? p : surplusUnknown(p, 'the item could not be read again');
}

/** Whether a send that was given up left a copy stays open: beside an attachment that is told, otherwise it is the outcome. */
function surplusUnknown(p: Progress, why: string): Progress {
  const q = { ...p, surplusLooked: true, attempts: 0 };
  return p.attached
    ? { ...q, leftBehind: [...p.leftBehind, `perhaps a second attachment: ${why}`] }
    : neverKnown(q, why);
}

function notVerified(p: Progress, detail: string): Progress {
  return warned(
    { ...p, verificationOver: true, attempts: 0, ...(p.attached?.id === null ? { surplusLooked: true } : {}) },
    'NotVerified',
    detail,
  );
}

function lookalikes(p: Progress, ids: readonly string[] = []): Progress {
  return { ...p, lookalikes: [...new Set([...p.lookalikes, ...ids])].slice(0, 10) };
}

const isCleanup = (p: Progress): boolean => p.asked?.do === 'cancelUploadSession' || p.asked?.do === 'removeAttachment';

/** A cleanup that fails is tried again, and told in the end; it never hides why we clean up. */
function cleanupFailed(p: Progress, resumeAt: number): Progress {
  const q = { ...p, resumeAt, cleanups: p.cleanups + 1 };
  if (q.cleanups < retryPolicy.maxCleanups && !(isSessionCleanup(q) && q.session && resumeAt >= q.session.expiresAt))
    return q;
  if (isSessionCleanup(q)) {
    return {
      ...q,
      cleanups: 0,
      session: undefined,
      mayHaveOpened: false,
      sessionIsStale: false,
      sessionsLeft: q.sessionsLeft + 1,
      sessionsLeftUntil: Math.max(q.sessionsLeftUntil, q.session?.expiresAt ?? Infinity),
    };
  }
  const id = q.asked?.do === 'removeAttachment' ? q.asked.attachmentId : '';
  const left = {
    ...q,
    cleanups: 0,
    removing: undefined,
    surplus: q.surplus.filter((other) => other !== id),
    leftBehind: [...q.leftBehind, `attachment ${id}`],
  };
  if (id !== q.attached?.id) return left;
  if (q.removing !== undefined) {
    return {
      ...left,
      attached: undefined,
      undoing: problem('VerificationFailed', 'What the service attached is not the blob, and it could not be removed.'),
    };
  }
  // cancelled too late: it is attached, and that is what we say
  return warned(
    { ...q, cleanups: 0, undoing: undefined, verificationOver: true },
    'CancelledTooLate',
    'It was attached before the cancel, and the service would not remove it.',
  );
}

const isSessionCleanup = (p: Progress): boolean => p.asked?.do === 'cancelUploadSession';

const stale = (p: Progress): Progress => ({ ...p, sessionIsStale: p.session !== undefined, querying: false });

function replaceSession(p: Progress, now: number): Progress {
  const q = stale({ ...p, lostSessions: p.lostSessions + 1, withoutProgress: 0 });
  if (q.lostSessions >= retryPolicy.maxLostSessions) {
    return undo(
      q,
      problem(
        'SessionLost',
        `The service lost or refused ${q.lostSessions} upload sessions of this file. Try again later.`,
      ),
      now,
    );
  }
  return again(q, retryPolicy.transient, 'retry', now);
}

/** From here on nothing is sent. What is attached with the right bytes stays, unless the user cancelled. */
function undo(p: Progress, why: 'cancelled' | Problem, now: number): Progress {
  if (p.attached && why !== 'cancelled')
    return {
      ...notVerified(p, 'It was attached, but not compared before the upload had to end.'),
      surplusLooked: true,
    };
  return {
    ...p,
    undoing: p.undoing ?? why,
    cleanups: 0,
    attempts: 0,
    throttledUntil: undefined,
    resumeAt: now,
    waitingFor: undefined,
  };
}

/** Ends the upload for this reason; exported for the deadline and the expiry, which no outcome tells. */
export const giveUp = undo;

function again(p: Progress, backoff: Backoff, waitingFor: WaitingFor, now: number, floorMs = 0): Progress {
  const attempts = p.attempts + 1;
  const waitMs = Math.max(floorMs, backoffMs(backoff, attempts, seed(p)));
  return { ...p, attempts, resumeAt: now + waitMs, waitingFor };
}

const seed = (p: Progress): string => `${p.plan.id}/${p.stepNo}`;

/** Digests tell what the pinned blob holds, whoever took it; of two that overlap the newer one stays. */
function withDigest(digests: readonly RangeDigest[], digest: RangeDigest | undefined): readonly RangeDigest[] {
  if (digest === undefined) return digests;
  return [...digests.filter((d) => d.end < digest.start || d.start > digest.end), digest];
}

function warned(p: Progress, code: WarningCode, detail: string): Progress {
  return p.warnings.some((w) => w.code === code) ? p : { ...p, warnings: [...p.warnings, { code, detail }] };
}

/** Whatever else was the reason to end: that the outcome is open is what the user must read. */
const neverKnown = (p: Progress, why: string): Progress => ({
  ...p,
  unclearSince: undefined,
  unclearSends: 0,
  undoing: unknown(why),
});

const problem = (code: UploadErrorCode, detail: string): Problem => ({ code, detail });

const unknown = (why: string): Problem =>
  problem(
    'OutcomeUnknown',
    `It is unknown whether the file is attached: ${why}. Look at the item before you upload it again.`,
  );

const itemNotFound = problem(
  'ItemNotFound',
  'The service does not know this item. Check its id; ids change when an item moves.',
);

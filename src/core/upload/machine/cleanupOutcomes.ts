import { wholeFile } from '../../byteRange';
import { neverKnown, problem, removalUnseen, undo, warned, withoutTooLate } from './progressChanges';
import { noting, Progress } from './progressState';
import { retryPolicy } from '../../retry';

/** What taking back comes to: sessions closed, attachments removed, or not. */

const sessionGone = (p: Progress): Progress => ({
  ...p,
  session: undefined,
  sessionIsStale: false,
  mayHaveOpened: false,
  cleanups: 0,
});

/** Closed, and all that were given up before with it: the step closes what the record holds. */
export const allClosed = (p: Progress): Progress => ({ ...sessionGone(p), sessionsLeft: 0, sessionsLeftUntil: 0 });

/** Nobody could close it: what was sent through it and got no answer may still come to be attached. */
export const sessionLeft = (p: Progress): Progress =>
  sessionGone(p.sessionIsUnclear ? { ...p, leftBehind: [...p.leftBehind, perhapsLater] } : p);

const perhapsLater =
  'perhaps a second attachment: a request without an answer may still reach the session that is left';

export function removed(p: Progress, now: number): Progress {
  const id = p.asked?.do === 'removeAttachment' ? p.asked.attachmentId : undefined;
  const q = { ...p, cleanups: 0, surplus: p.surplus.filter((other) => other !== id) };
  if (id !== p.attached?.id) return noting(q, now, 'surplusRemoved');
  const gone = { ...q, attached: undefined, removing: undefined, sha256: undefined };
  const fresh: Progress = { ...gone, verificationOver: !p.plan.verifiable };
  return p.removing === undefined ? fresh : wrongBytesGone(fresh, now);
}

/** Once more from the first byte; the second time wrong bytes are no accident. */
function wrongBytesGone(p: Progress, now: number): Progress {
  // the session that was completed goes off the record before another comes onto it
  const q = { ...noting(p, now, 'wrongBytesRemoved'), missing: wholeFile(p.plan.totalBytes), mayHaveOpened: true };
  if (p.wrongBytes < retryPolicy.maxWrongBytes) return q;
  const detail = 'What the service attached was not the blob, twice. It was removed. Try again later.';
  return undo(q, problem('VerificationFailed', detail), now);
}

/** A cleanup that fails is tried again, and told in the end; it never hides why we clean up. */
export function cleanupFailed(p: Progress, resumeAt: number, tries = 1): Progress {
  const q = { ...p, resumeAt, cleanups: p.cleanups + tries };
  const isOfSession = p.asked?.do === 'cancelUploadSession';
  const expiresFirst = isOfSession && q.session !== undefined && resumeAt >= q.session.expiresAt;
  if (q.cleanups < retryPolicy.maxCleanups && !expiresFirst) return q;
  if (!isOfSession) return attachmentLeft(q);
  const until = Math.max(p.sessionsLeftUntil, p.session?.expiresAt ?? Infinity);
  return { ...sessionLeft(q), sessionsLeft: p.sessionsLeft + 1, sessionsLeftUntil: until };
}

function attachmentLeft(p: Progress): Progress {
  const id = p.asked?.do === 'removeAttachment' ? p.asked.attachmentId : '';
  const q = { ...p, cleanups: 0, removing: undefined, surplus: p.surplus.filter((other) => other !== id) };
  const left = { ...q, leftBehind: [...p.leftBehind, `attachment ${id}`] };
  if (id !== p.attached?.id) return left;
  if (p.removing !== undefined) {
    const detail = 'What the service attached is not the blob, and it could not be removed.';
    return { ...left, attached: undefined, undoing: problem('VerificationFailed', detail) };
  }
  // cancelled too late: it is attached, and that is what we say, once we have seen that it is still there
  if (!p.plan.verifiable) return neverKnown({ ...q, attached: undefined }, removalUnseen);
  return warned(
    {
      ...q,
      undoing: undefined,
      removalFailed: true,
      verificationOver: false,
      notFounds: 0,
      verifications: 0,
      attempts: 0,
    },
    'CancelledTooLate',
    'It was attached before the cancel, and the service would not remove it.',
  );
}

/** What could not be removed is not there any more: the last try had worked. */
export const goneAfterAll = (p: Progress): Progress => ({
  ...withoutTooLate(p),
  removalFailed: false,
  attached: undefined,
  undoing: 'cancelled',
});

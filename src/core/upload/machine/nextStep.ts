import { lengthOf, nextRange, without } from '../../byteRange';
import { isQuiet, requestAdmission, unused, placeFirst } from './placeSteps';
import { neverKnown, unclear, undo } from './progressChanges';
import { BareStep, isOver, noting, Progress, Step } from './progressState';
import { retryPolicy } from '../../retry';
import { deadlineExceeded, ended } from './uploadEnds';
import type { UploadEnd } from '../record';

/** What the state wants next. It may change the state where time alone decides: a deadline, an expiry. */
export function nextStep(progress: Progress, now: number): [Progress, Step] {
  const p = timely(progress, now);
  const atWork: Progress = p.place === 'rests' ? { ...p, place: 'held' } : p; // what it rests from
  const wanted = p.undoing ? undoStep(atWork, now) : attachStep(atWork);
  const { bare, notBefore } = placeFirst(p, { bare: wanted, notBefore: startOf(wanted.do, p, now) }, now);
  const step = { ...bare, no: p.stepNo + 1, notBefore } as Step;
  const sends = step.do === 'postAttachment' || step.do === 'uploadRange';
  return [
    {
      ...p,
      asked: step,
      stepNo: step.no,
      ...(sends ? { grantedBytes: p.grantedBytes - sendBytes(p, step) } : {}),
    },
    step,
  ];
}

/** When it begins: after what the last outcome asks for, and no later than the deadline, which is looked at again then. */
function startOf(name: Step['do'], p: Progress, now: number): number {
  if (isQuiet(name)) return now;
  // a commit that comes after SETTLE is looked for once more, when it must have come
  const from = name === 'findSurplus' ? Math.max(p.resumeAt, p.unclearAt + 2 * p.plan.policy.settleMs) : p.resumeAt;
  return Math.max(now, Math.min(from, p.undoing || outlasts(p) ? Infinity : p.plan.deadlineAt));
}

/**
 * What no deadline cuts short: attached and compared as far as it can be, only copies are left to look for; or cancelled and
 * not removed, as far as was heard, and some looks are left to see whether it is still there.
 */
const outlasts = (p: Progress): boolean =>
  p.attached !== undefined &&
  (p.verificationOver || (p.removalFailed && p.verifications < retryPolicy.looksAfterRemoval));

const sendBytes = (p: Progress, step: Step): number =>
  step.do === 'uploadRange' ? lengthOf(step.range) : p.plan.postBytes;

/** What no outcome tells: the deadline, the session's fixed expiry, a file of which nothing is missing and that has no id. */
function timely(p: Progress, now: number): Progress {
  if (!p.undoing && !outlasts(p) && isOver(p, now)) return undo(p, deadlineExceeded(p), now);
  if (p.place === 'unknown' && p.refusals >= retryPolicy.maxRefusalsOfLost && isOver(p, now)) {
    return neverKnown({ ...p, place: 'asked' }, 'another upload of this name to this item was under way all the time');
  }
  if (p.way !== 'session' || p.undoing || p.attached || p.unclearSince !== undefined) return p;
  if (!p.session || p.sessionIsStale) return p;
  if (p.missing.length === 0) return unclear(p, now);
  const startsAt = Math.max(now, p.resumeAt);
  if (startsAt + Math.max(retryPolicy.rangeMarginMs, 2 * p.rangeMs) < p.session.expiresAt) return p;
  const q: Progress = {
    ...noting(p, now, 'sessionExpired'),
    sessionIsStale: true,
    expiredSessions: p.expiredSessions + 1,
  };
  if (q.expiredSessions < retryPolicy.maxExpiredSessions) return q;
  return undo(
    q,
    {
      code: 'SessionLost',
      detail: 'Upload sessions expire before this file can be sent. Try again when the mailbox is less busy.',
    },
    now,
  );
}

function attachStep(p: Progress): BareStep {
  if (p.throttledUntil !== undefined) return { do: 'reportThrottle', until: p.throttledUntil };
  if (p.removing !== undefined) return { do: 'removeAttachment', attachmentId: p.removing };
  if (p.attached) return attachedStep(p, p.attached);
  if (p.place !== 'held') return requestAdmission(p);
  if (!p.lookedBefore && p.way !== 'reply') return { do: 'lookBefore' };
  if (p.unclearSince !== undefined) return { do: 'findAttachment', digests: p.digests };
  return p.way === 'session' ? sessionStep(p) : postStep(p);
}

function postStep(p: Progress): BareStep {
  if (p.session || p.mayHaveOpened) return cancelSession(p);
  return p.grantedBytes < p.plan.postBytes ? requestAdmission(p) : { do: 'postAttachment' };
}

function sessionStep(p: Progress): BareStep {
  if (p.sessionIsStale || (!p.session && p.mayHaveOpened)) return cancelSession(p);
  if (!p.session) return { do: 'createUploadSession' };
  const range = nextRange(p.missing, p.plan.policy.rangeSizeBytes);
  if (!range) return { do: 'findAttachment', digests: p.digests };
  if (p.querying) return { do: 'queryUploadSession', session: p.session };
  if (p.grantedBytes < lengthOf(range)) return requestAdmission(p);
  const ahead = nextRange(without(p.missing, range), p.plan.policy.rangeSizeBytes);
  const step = { do: 'uploadRange', session: p.session, range, isLast: ahead === undefined } as const;
  return ahead ? { ...step, ahead } : step;
}

const cancelSession = (p: Progress): BareStep =>
  p.session ? { do: 'cancelUploadSession', session: p.session } : { do: 'cancelUploadSession' };

function attachedStep(p: Progress, attached: NonNullable<Progress['attached']>): BareStep {
  if (p.session || p.mayHaveOpened) return cancelSession(p);
  if (!p.verificationOver) {
    return attached.id === null
      ? { do: 'findAttachment', digests: p.digests }
      : { do: 'verifyAttachment', attachmentId: attached.id, digests: p.digests };
  }
  if (attached.id !== null && maySurplus(p)) {
    return { do: 'findSurplus', attachmentId: attached.id, most: p.unclearSends, digests: p.digests };
  }
  const surplus = p.surplus[0];
  if (surplus !== undefined) return { do: 'removeAttachment', attachmentId: surplus };
  return leaveOr(p, () => ended(p, 'succeeded'));
}

/** A send of unknown fate may have left a copy. */
const maySurplus = (p: Progress): boolean => p.unclearSends > 0 && !p.surplusLooked;

/** Taking back what is ours: the session first, then what we may have attached. */
function undoStep(p: Progress, now: number): BareStep {
  if (p.session || p.mayHaveOpened) return cancelSession(p);
  if (p.removing !== undefined) return { do: 'removeAttachment', attachmentId: p.removing };
  // while another upload of its name may send, what is found may be that one's
  if (p.unclearSince !== undefined && p.place === 'unknown') return requestAdmission(p);
  if (p.unclearSince !== undefined) return { do: 'findAttachment', digests: p.digests };
  if (p.attached?.id) return { do: 'removeAttachment', attachmentId: p.attached.id };
  if (p.attached && !p.verificationOver) return { do: 'findAttachment', digests: p.digests };
  if (p.attached && p.undoing === 'cancelled') return leaveOr(p, () => ended(p, 'succeeded', now)); // no id, as in a reply
  if (maySurplus(p)) return { do: 'findSurplus', most: p.unclearSends, digests: p.digests };
  const surplus = p.surplus[0];
  if (surplus !== undefined) return { do: 'removeAttachment', attachmentId: surplus };
  return leaveOr(p, () => ended(p, p.undoing === 'cancelled' ? 'cancelled' : 'failed', now));
}

const leaveOr = (p: Progress, end: () => UploadEnd): BareStep =>
  p.place === 'none' ? { do: 'end', end: end() } : { do: 'leaveMailbox', unusedBytes: unused(p) };

import type { Said } from './outcome';
import { neverKnown, notVerified, problem, replaceSession } from './progressChanges';
import { isOver, noting, Progress } from './progressState';
import { backoffMs, retryPolicy } from '../../retry';
import { completed } from './sendOutcomes';
import { again, seedOf } from './waits';

/** What looking at the item comes to: after an unclear end, for the comparison, for further copies. */

/** Found on the item by name and content: ours. Its session, if any, is closed all the same. */
export function found(p: Progress, said: Said<'found'>, now: number): Progress {
  const q = {
    ...completed({ ...noting(p, now, 'reconciled'), sessionIsUnclear: false }, said.attachmentId, now),
    unclearSends: p.attached ? p.unclearSends : Math.max(0, p.unclearSends - 1),
    session: p.session,
    sessionIsStale: true,
  };
  return said.sha256 === null ? q : { ...q, sha256: said.sha256, verificationOver: true };
}

/** Not there, or not there yet: commits may come late, lists may lag. Only when that is settled it is sent again. */
export function absent(before: Progress, said: Said<'absent'>, now: number): Progress {
  const p = withLookalikes(before, said.lookalikes);
  const settledAt = (p.unclearSince ?? p.attached?.at ?? now) + p.plan.policy.settleMs;
  if (now < settledAt) {
    const q = again(p, retryPolicy.looking, 'retry', now);
    return { ...q, resumeAt: Math.min(q.resumeAt, settledAt) };
  }
  if (p.attached) return p.lookalikes.length > 0 ? onlyLookalikes(p) : notVerified(p, noId);
  const resends = p.resends + 1;
  const q: Progress = {
    ...p,
    unclearSince: undefined,
    querying: !p.noStatus,
    attempts: 0,
    resends,
    resumeAt: p.undoing ? now : now + backoffMs(retryPolicy.resending, resends, seedOf(p)),
    waitingFor: 'retry',
  };
  return p.missing.length === 0 && p.way === 'session' ? replaceSession(q, now) : q;
}

const noId = 'The service took the file but gave no id by which it could be read back.';

/** It was taken, without an id, and all that is new under its name holds other bytes: nothing is removed that may be another's. */
function onlyLookalikes(p: Progress): Progress {
  const detail = 'What appeared on the item under this name is not the blob. Look at the item, then upload it again.';
  return { ...p, attached: undefined, undoing: problem('VerificationFailed', detail) };
}

export function surplus(p: Progress, said: Said<'surplus'>): Progress {
  const q = withLookalikes(p, said.lookalikes);
  return { ...q, surplusLooked: true, surplus: said.attachmentIds, attempts: 0 };
}

function withLookalikes(p: Progress, ids: readonly string[] = []): Progress {
  return { ...p, lookalikes: [...new Set([...p.lookalikes, ...ids])].slice(0, 10) };
}

/** The looking itself got no answer: until the deadline it asks again, then the outcome stays unknown. */
export function lookAgain(p: Progress, now: number): Progress {
  if (p.attached)
    return p.attempts >= retryPolicy.maxVerifications ? notVerified(p, 'The attachment could not be read back.') : p;
  const isEnough = isOver(p, now) && p.attempts >= 5;
  return isEnough ? neverKnown(p, 'the item could not be read to see whether the file is there') : p;
}

export function verifyAgain(p: Progress, tries = 1): Progress {
  const q = { ...p, verifications: p.verifications + tries };
  if (q.verifications < retryPolicy.maxVerifications) return q;
  return notVerified(q, 'The attachment could not be read back, so its bytes were not compared.');
}

export function surplusAgain(p: Progress): Progress {
  return p.attempts < retryPolicy.maxCleanups ? p : surplusUnknown(p, 'the item could not be read again');
}

/** Whether a send that was given up left a copy stays open: beside an attachment that is told, otherwise it is the outcome. */
export function surplusUnknown(p: Progress, why: string): Progress {
  const q = { ...p, surplusLooked: true, attempts: 0 };
  return p.attached
    ? { ...q, leftBehind: [...p.leftBehind, `perhaps a second attachment: ${why}`] }
    : neverKnown(q, why);
}

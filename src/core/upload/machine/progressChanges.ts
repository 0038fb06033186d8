import { noting, Progress } from './progressState';
import { retryPolicy } from '../../retry';
import type { Problem, UploadErrorCode } from '../../errors';
import type { WarningCode } from '../record';
import { again } from './waits';

/** Changes of the state that several outcomes make, and the words for how an upload ends. */

/** From here on nothing is sent. What is attached with the right bytes stays, unless the user cancelled. */
export function undo(p: Progress, why: 'cancelled' | Problem, now: number): Progress {
  if (p.attached && why !== 'cancelled') {
    return p.verificationOver ? p : notVerified(p, 'It was attached, but not compared before the upload had to end.');
  }
  const undoing = p.undoing ?? why;
  return { ...p, undoing, cleanups: 0, attempts: 0, throttledUntil: undefined, resumeAt: now, waitingFor: undefined };
}

/** The session is of no more use: it is closed before anything else. */
export const stale = (p: Progress): Progress => ({ ...p, sessionIsStale: p.session !== undefined, querying: false });

/** A fresh session, from the file's first byte; not for ever. */
export function replaceSession(p: Progress, now: number): Progress {
  const q = stale({ ...p, lostSessions: p.lostSessions + 1, withoutProgress: 0 });
  if (q.lostSessions < retryPolicy.maxLostSessions) return again(q, retryPolicy.transient, 'retry', now);
  const detail = `The service lost or refused ${q.lostSessions} upload sessions of this file. Try again later.`;
  return undo(q, problem('SessionLost', detail), now);
}

/** What was sent may be attached. A POST attaches each time; a session, however often its last range is sent, once. */
export function unclear(p: Progress, now: number, floorMs = 0): Progress {
  const isCounted = p.way === 'session' && p.sessionIsUnclear;
  return {
    ...noting(p, now, 'reconciling'),
    unclearSends: isCounted ? p.unclearSends : p.unclearSends + 1,
    unclearAt: now,
    sessionIsUnclear: p.way === 'session',
    unclearSince: p.unclearSince ?? now,
    resumeAt: now + Math.max(500, floorMs),
    waitingFor: 'retry',
    attempts: 0,
  };
}

export const removalUnseen = 'it was attached, and it could not be seen whether it was removed again';

/** Where it is not so, or not known to be. */
export const withoutTooLate = (p: Progress): Progress => ({
  ...p,
  warnings: p.warnings.filter(({ code }) => code !== 'CancelledTooLate'),
});

/** Says so once. */
export function warned(p: Progress, code: WarningCode, detail: string): Progress {
  return p.warnings.some((w) => w.code === code) ? p : { ...p, warnings: [...p.warnings, { code, detail }] };
}

/**
 * It is attached, and nobody compared its bytes. One that has no id cannot be told from a copy either; where other bytes
 * were seen under its name they may be its own, and that it succeeded would be a guess.
 */
export function notVerified(p: Progress, detail: string): Progress {
  if (p.removalFailed) return neverKnown({ ...withoutTooLate(p), attached: undefined }, removalUnseen);
  if (p.attached?.id === null && p.lookalikes.length > 0)
    return neverKnown(
      { ...p, attached: undefined },
      'it was taken, and what appeared under its name holds other bytes',
    );
  const noMoreLooks = p.attached?.id === null ? { surplusLooked: true } : {};
  return warned({ ...p, verificationOver: true, attempts: 0, ...noMoreLooks }, 'NotVerified', detail);
}

/** Whatever else was the reason to end: that the outcome is open is what the user must read. */
export const neverKnown = (p: Progress, why: string): Progress => ({
  ...p,
  unclearSince: undefined,
  unclearSends: 0,
  undoing: unknown(p.unclearSends > 1 ? `${why}; it was sent more than once` : why),
});

export const problem = (code: UploadErrorCode, detail: string): Problem => ({ code, detail });

export const unknown = (why: string): Problem =>
  problem(
    'OutcomeUnknown',
    `It is unknown whether the file is attached: ${why}. Look at the item before you upload it again.`,
  );

export const itemNotFound = problem(
  'ItemNotFound',
  'The service does not know this item. Check its id; ids change when an item moves.',
);

import type { Said } from './outcome';
import { noting, Progress } from './progressState';
import { retryPolicy } from './retryPolicy';
import { again } from './waits';

/** What the mailbox's pacer says. */

export const asksPacer = ({ asked }: Progress): boolean =>
  asked?.do === 'reportThrottle' || asked?.do === 'requestAdmission' || asked?.do === 'leaveMailbox';

/** A place is kept through a wait: the wait goes on. What ends is a wait for the mailbox. */
export function admitted(p: Progress, said: Said<'admitted'>, now: number): Progress {
  const isKept = p.asked?.do === 'requestAdmission' && p.asked.wantBytes === 0;
  const q = { ...p, place: 'held' as const, placeSeenAt: now };
  if (isKept) return { ...q, grantedBytes: 0 }; // what was left was given back
  const waited = p.waitingFor === 'mailbox' ? { resumeAt: now, waitingFor: undefined, attempts: 0 } : {};
  return { ...q, ...waited, grantedBytes: said.grantedBytes };
}

export function queued(p: Progress, said: Said<'queued'>, now: number): Progress {
  const q = again(p.place === 'none' ? noting(p, now, 'waitingForMailbox') : p, retryPolicy.admission, 'mailbox', now);
  return {
    ...q,
    place: p.place === 'held' ? 'held' : 'asked',
    placeSeenAt: now,
    grantedBytes: 0, // what was left was given back
    resumeAt: Math.max(Math.min(said.until ?? Infinity, q.resumeAt), now + 500),
  };
}

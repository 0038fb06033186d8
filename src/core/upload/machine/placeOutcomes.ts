import type { Said } from './outcome';
import { noting, PacerStep, Progress, Step } from './progressState';
import { backoffMs, retryPolicy } from '../../retry';
import { seedOf } from './waits';

/** What the mailbox's pacer says. */

/** Whether a step concerns the mailbox's pacer alone. */
export const isOfPacer = (step: Step): step is PacerStep =>
  step.do === 'requestAdmission' ||
  step.do === 'reportThrottle' ||
  step.do === 'restInMailbox' ||
  step.do === 'leaveMailbox';

export const asksPacer = ({ asked }: Progress): boolean => asked !== undefined && isOfPacer(asked);

const isKeeping = ({ asked }: Progress): boolean => asked?.do === 'requestAdmission' && asked.wantBytes === 0;

/** A place is kept through a wait: the wait goes on. What ends is a wait for the mailbox. */
export function admitted(p: Progress, said: Said<'admitted'>, now: number): Progress {
  const isKept = p.place === 'held' && isKeeping(p);
  const q = { ...p, place: 'held' as const, placeSeenAt: now, refusals: 0 };
  if (isKept) return { ...q, grantedBytes: 0 }; // what was left was given back
  const waited = p.waitingFor === 'mailbox' ? { resumeAt: now, waitingFor: undefined } : {};
  return { ...q, ...waited, grantedBytes: said.grantedBytes };
}

export function queued(p: Progress, said: Said<'queued'>, now: number): Progress {
  const refusals = p.refusals + 1; // apart from the attempts at the service: those wait longer each time, whoever else waits
  const waitMs = backoffMs(retryPolicy.admission, refusals, seedOf(p));
  const askAt = Math.max(Math.min(said.until ?? Infinity, now + waitMs), now + 500);
  return {
    ...(p.place === 'none' || p.place === 'rests' ? noting(p, now, 'waitingForMailbox') : p),
    refusals,
    // a longer wait, over which the place was to be kept, goes on
    waitingFor: p.resumeAt > askAt ? p.waitingFor : 'mailbox',
    resumeAt: Math.max(p.resumeAt, askAt),
    // asked to be kept, and it is not: its lease had ended
    place: p.place === 'unknown' || (p.place === 'held' && !isKeeping(p)) ? p.place : 'asked',
    placeSeenAt: now,
    grantedBytes: 0, // what was left was given back
  };
}

/** It heard: a 429, a farewell, or that the place is free while this upload waits. */
export function noted(p: Progress, now: number): Progress {
  if (p.asked?.do === 'leaveMailbox') return { ...p, place: 'none' };
  if (p.asked?.do === 'restInMailbox') return { ...p, place: 'rests', placeSeenAt: now, grantedBytes: 0 };
  return { ...p, throttledUntil: undefined };
}

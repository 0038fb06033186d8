import { lengthOf, missingBytes, nextRange } from '../../byteRange';
import type { BareStep, Progress } from './progressState';
import { retryPolicy } from '../../retry';

/** The place in the mailbox: asked for before a step that needs it, kept or given back over a wait. */

export interface Timed {
  readonly bare: BareStep;
  readonly notBefore: number; // ms
}

/** Steps that touch nothing but the mailbox's pacer do not wait. */
export const isQuiet = (name: BareStep['do']): boolean =>
  name === 'reportThrottle' || name === 'leaveMailbox' || name === 'end';

/**
 * What comes before a step that is wanted at its time. A long wait gives the place back and keeps the name; when it is over
 * the upload asks for admission like anybody. Taking back what is ours needs no place: it must not wait for one.
 */
export function placeFirst(p: Progress, wanted: Timed, now: number): Timed {
  if (isQuiet(wanted.bare.do)) return wanted;
  // on the way it speaks to the pacer: a lease that nobody renews ends
  const renewAt = Math.max(now, Math.min(wanted.notBefore, p.placeSeenAt + retryPolicy.renewPlaceMs));
  const isSilent = wanted.notBefore - p.placeSeenAt > retryPolicy.renewPlaceMs;
  if (p.place === 'rests' && isSilent) return { bare: restInMailbox(p), notBefore: renewAt };
  if (p.place !== 'held') return p.undoing ? wanted : { ...wanted, bare: requestAdmission(p) };
  if (mayRest(p) && wanted.notBefore - now > retryPolicy.restAfterMs) return { bare: restInMailbox(p), notBefore: now };
  if (!isSilent) return wanted;
  return { bare: p.undoing ? restInMailbox(p) : keepPlace(p), notBefore: renewAt }; // who rests is never made to queue
}

/**
 * Not while the mailbox is throttled: nobody of it sends before that is over, so that the place is of no use to others, and
 * whoever met the 429 would lose its rank to those who did not. Nor in the queue for bytes, which is the mailbox's own.
 */
const mayRest = (p: Progress): boolean =>
  p.undoing !== undefined || (p.waitingFor !== 'throttled' && p.waitingFor !== 'mailbox');

const restInMailbox = (p: Progress): BareStep => ({ do: 'restInMailbox', unusedBytes: unused(p) });

/** Bytes that waited with us would be missing to others: they are given back. */
const keepPlace = (p: Progress): BareStep => ({
  do: 'requestAdmission',
  wantBytes: 0,
  leastBytes: 0,
  unusedBytes: unused(p),
});

/** For a place, and for what is to be sent next; for the place alone where looking or comparing comes next. */
export function requestAdmission(p: Progress): BareStep {
  if (p.attached || p.unclearSince !== undefined) return keepPlace(p);
  const wantBytes = p.way === 'session' ? missingBytes(p.missing) : p.plan.postBytes;
  return { do: 'requestAdmission', wantBytes, leastBytes: nextSendBytes(p), unusedBytes: unused(p) };
}

/** What was granted and is not sent. */
export const unused = (p: Progress): number => Math.max(0, p.grantedBytes);

function nextSendBytes(p: Progress): number {
  if (p.way !== 'session') return p.plan.postBytes;
  const range = nextRange(p.missing, p.plan.policy.rangeSizeBytes);
  return range ? lengthOf(range) : 0;
}

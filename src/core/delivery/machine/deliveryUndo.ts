import { DeliveryProgress, notingDelivery, sendBegan } from './deliveryState';
import { retryPolicy } from '../../retry';
import type { Problem } from '../../errors';
import { again } from './waits';

/** From here on nothing is attached or sent. The first reason is the one that is told. */
export function undoDelivery(p: DeliveryProgress, why: 'cancelled' | Problem, now: number): DeliveryProgress {
  if (p.undoing !== undefined) return p;
  return {
    ...notingDelivery(p, now, why === 'cancelled' ? 'cancelRequested' : 'cleaningUp'),
    undoing: why,
    resumeAt: now,
    waitingFor: undefined,
    attempts: 0,
    cleanups: 0,
  };
}

/** A cancel that comes after the send began changes nothing: the message is as good as gone. */
export const cancelDelivery = (p: DeliveryProgress, now: number): DeliveryProgress =>
  sendBegan(p) ? p : undoDelivery(p, 'cancelled', now);

/** A cleanup that fails is tried again, and told in the end; it never hides why we clean up. */
export function cleanupFailed(p: DeliveryProgress, now: number, weight: number, floorMs = 0): DeliveryProgress {
  const q = { ...again(p, retryPolicy.transient, 'retry', now, floorMs), cleanups: p.cleanups + weight };
  if (q.cleanups < 8) return q;
  const left = { ...q, cleanups: 0, attempts: 0, resumeAt: now };
  if (p.asked?.do === 'takeBack') {
    const { uploadId } = p.asked;
    const name = p.over.find(({ id }) => id === uploadId)?.name ?? uploadId;
    return { ...left, takenBack: [...p.takenBack, uploadId], leftBehind: [...p.leftBehind, `attachment ${name}`] };
  }
  return p.asked?.do === 'deleteDraft'
    ? { ...left, draftGone: true, leftBehind: [...p.leftBehind, `draft ${p.item ?? ''}`] } // `item` still names it
    : { ...left, surplusLooked: true, leftBehind: [...p.leftBehind, 'perhaps a second draft'] };
}

/** That the outcome is open is what the caller must read, whatever else was the reason to end. */
export const sendNeverKnown = (p: DeliveryProgress, now: number): DeliveryProgress => ({
  ...notingDelivery(p, now, 'reconciling', 'without an answer'),
  sendUnclearSince: undefined,
  sendUnknown: true,
  undoing: {
    code: 'OutcomeUnknown',
    detail:
      'It is unknown whether the message was sent: the answer was lost, and neither Drafts nor Sent Items made it clear. ' +
      'Nothing was taken back. Look at Sent Items before you send it again.',
  },
});

export const draftNeverKnown = (p: DeliveryProgress, now: number): DeliveryProgress => ({
  ...undoDelivery({ ...p, undoing: undefined }, draftUnknown, now),
  createUnclearSince: undefined,
  leftBehind: [...p.leftBehind, 'perhaps a draft'],
});

const draftUnknown: Problem = {
  code: 'OutcomeUnknown',
  detail:
    'It is unknown whether a draft was made: the answer was lost, and the mailbox could not be searched. Nothing was sent. ' +
    'Look at Drafts before you ask again.',
};

import { Backoff, backoffMs, retryPolicy } from '../../retry';
import { leave, note, noTries, Tries, Wait, warn, Why } from '../../job/story';
import { problems } from './problems';
import type { FindingSent, Phase, Progress } from './progress';

/** Changes of the state that several phases make. */

export const enter = (p: Progress, phase: Phase, tries: Tries = noTries): Progress => ({ ...p, phase, tries });

/** Once more, after a wait that grows with the failures; `floorMs` is the service's word. */
export function later<P extends Progress>(p: P, backoff: Backoff, reason: Wait['reason'], now: number, floorMs = 0): P {
  const failed = p.tries.failed + 1;
  const waitMs = Math.max(floorMs, backoffMs(backoff, failed, `${p.plan.id}/${p.asked.no}`));
  return { ...p, tries: { ...p.tries, failed }, wait: { until: now + waitMs, ...(reason ? { reason } : {}) } };
}

/** A look that showed nothing yet: again, ever slower, at the latest when it is settled. It was answered, so no failure. */
export function lookAgain<P extends Progress>(p: P, since: number, settledAt: number, now: number): P {
  const waitMs = Math.min(retryPolicy.looking.capMs, Math.max(retryPolicy.looking.baseMs, now - since));
  return { ...p, tries: noTries, wait: { until: Math.min(now + waitMs, settledAt), reason: 'retry' } };
}

/** What is not done yet, in its order; on the way back: what is to be taken back. */
export function goOn(p: Progress, now: number): Progress {
  const { plan } = p;
  const areAttached = p.attached >= plan.uploads.length;
  if (p.undoing) return takeBack(p);
  if (p.item === null) return enter(p, { name: 'drafting' });
  if (p.mark === 'none' && (plan.makes ?? 'message') !== 'message') return enter(p, { name: 'marking' });
  if (!areAttached) return enter(p, { name: 'attaching', isStarted: false, looks: 0 });
  if (plan.announces === null) return finish(p, false);
  if (p.mark === 'none' && plan.announces === 'send') return enter(p, { name: 'marking' });
  return plan.uploads.length === 0 ? enter(p, { name: 'sending' }) : enter(p, { name: 'proving', since: now });
}

/** The send was not begun, and will be later: until then a file may go. */
export const proveAgain = (p: Progress, now: number): Progress =>
  p.plan.uploads.length === 0 ? p : enter(p, { name: 'proving', since: now }, p.tries);

export const finish = (p: Progress, sent: boolean | null, sentAt?: number): Progress =>
  enter(p, { name: 'finishing', sent, isSwept: false, ...(sentAt === undefined ? {} : { sentAt }) });

/** It was sent. A reason to fail that came before is none any more; a cancel came too late. */
export function sent(p: Progress, at: number, now: number): Progress {
  const { undoing, ...rest } = note(p, now, p.plan.announces === 'notify' ? 'notified' : 'sent');
  const q: Progress =
    undoing === 'cancelled' ? warn(rest, 'CancelledTooLate', 'The message was sent before the cancel.') : rest;
  return finish(q, true, at);
}

/** The send may have happened: it is looked for. */
export function startFindingSent(
  p: Progress,
  isAnswered: boolean,
  now: number,
  { floorMs = 0, why }: { readonly floorMs?: number; readonly why?: FindingSent['why'] } = {},
): Progress {
  const phase: FindingSent = { name: 'findingSent', since: now, isAnswered, ...(why ? { why } : {}) };
  const q = enter(note(p, now, 'reconciling', 'send'), phase);
  return { ...q, wait: { until: now + Math.max(500, floorMs), reason: 'retry' } };
}

/** A draft may have been made: it is looked for. */
export function startFindingDraft(p: Progress, now: number, floorMs = 0): Progress {
  const q = enter(note(p, now, 'reconciling', 'draft'), { name: 'findingDraft', since: now }, p.tries);
  return { ...q, wait: { until: now + Math.max(500, floorMs), reason: 'retry' } };
}

/**
 * Nothing more is attached or sent. The first reason is the one that is told. What may have been made or sent is looked for
 * first; a cancel does not reach what is sent.
 */
export function giveUp(p: Progress, why: Why, now: number): Progress {
  const { phase } = p;
  if (p.undoing) return p;
  if (phase.name === 'finishing' && (phase.sent !== false || why !== 'cancelled')) return p;
  const q: Progress = {
    ...note(p, now, why === 'cancelled' ? 'cancelRequested' : 'cleaningUp'),
    undoing: why,
    wait: { until: now },
  };
  return phase.name === 'findingDraft' || phase.name === 'findingSent' ? q : takeBack(q);
}

export const takeBack = (p: Progress): Progress => enter(p, { name: 'takingBack', looks: 0 });

/** Whatever else was the reason to end: that the outcome is open is what the user must read. Nothing is taken back. */
export const endSentUnknown = (p: Progress, now: number): Progress => ({
  ...finish(note(p, now, 'reconciling', 'without an answer'), null),
  undoing: p.plan.announces === 'notify' ? problems.notifyUnknown : problems.sendUnknown,
});

export const endDraftUnknown = (p: Progress): Progress => ({
  ...takeBack(leave(p, 'perhaps a draft')),
  undoing: problems.draftUnknown,
});

/** What was attached is removed: always after a cancel, after a failure unless the caller wants it kept. */
export function takesBack({ undoing, plan }: Progress): boolean {
  if (undoing === undefined || undoing === 'cancelled') return undoing === 'cancelled';
  // tomorrow the same draft can be sent, without its files being uploaded again
  return !plan.keepOnFailure && undoing.code !== 'SendLimitExceeded';
}

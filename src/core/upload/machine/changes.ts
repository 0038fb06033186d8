import { Backoff, backoffMs, retryPolicy } from '../../retry';
import { leave, note, noTries, Tries, Wait, warn, Why } from '../../job/story';
import { problems } from './problems';
import type { Kept, Phase, Progress } from './progress';

/** Changes of the state that several phases make. */

export const enter = (p: Progress, phase: Phase, tries: Tries = noTries): Progress => ({ ...p, phase, tries });

/** Something went forward: what counted failures begins anew. */
export const moved = <P extends Progress>(p: P): P => ({ ...p, tries: noTries });

/** Once more, after a wait that grows with the failures; `floorMs` is the service's word. */
export function later<P extends Progress>(p: P, backoff: Backoff, reason: Wait['reason'], now: number, floorMs = 0): P {
  const failed = p.tries.failed + 1;
  const waitMs = Math.max(floorMs, backoffMs(backoff, failed, `${p.plan.id}/${p.asked.no}`));
  return { ...p, tries: { ...p.tries, failed }, wait: { until: now + waitMs, ...(reason ? { reason } : {}) } };
}

/** The step under way may attach. */
export const isCommit = ({ asked }: Progress): boolean =>
  asked.do === 'postAttachment' || (asked.do === 'uploadRange' && asked.isLast);

const sessionOf = ({ phase }: Progress) =>
  phase.name === 'sending' || phase.name === 'reconciling' ? phase.session : undefined;

/** The session is of no more use: it is closed before anything else is done. */
export function discard<P extends Progress>(p: P): P {
  const session = sessionOf(p);
  if (!session) return p;
  const { sealedUrl, expiresAt, isInDoubt } = session;
  const phase = p.phase.name === 'reconciling' ? { name: 'reconciling', since: p.phase.since } : { name: 'sending' };
  return { ...p, phase, toClose: { session: { sealedUrl, expiresAt }, isInDoubt, failed: 0 } };
}

/** A fresh session, from the first byte; not for ever. */
export function startOver(p: Progress, now: number): Progress {
  const sessionsLost = p.spent.sessionsLost + 1;
  const q = { ...enter(discard(p), { name: 'sending' }, p.tries), spent: { ...p.spent, sessionsLost } };
  if (sessionsLost >= retryPolicy.maxLostSessions) return giveUp(q, problems.sessionLost(sessionsLost), now);
  return later(q, retryPolicy.transient, 'retry', now);
}

/** What was sent may be attached. `settledAt`: from then on that it is not seen means that it is not there. */
export function unclear(p: Progress, now: number, since = now, floorMs = 0): Progress {
  const session = sessionOf(p);
  const isCounted = session?.isInDoubt === true;
  const doubt = { ...p.doubt, commits: p.doubt.commits + (isCounted ? 0 : 1), lastAt: now };
  const kept = session ? { session: { ...session, isInDoubt: true } } : {};
  const q = enter({ ...note(p, now, 'reconciling'), doubt }, { name: 'reconciling', since, ...kept });
  return { ...q, wait: { until: now + Math.max(500, floorMs), reason: 'retry' } };
}

/** It is attached. A reason to fail that came before is none any more; a cancel is. */
export function attached(p: Progress, id: string | null, now: number): Progress {
  const { undoing, ...rest } = note(p, now, 'attached');
  const q: Progress = undoing === 'cancelled' ? { ...rest, undoing } : rest;
  if (!p.plan.isFile) return finish(q, { id, proof: 'none' });
  if (undoing === 'cancelled' && id !== null) return enter(q, { name: 'removing', ids: [id], because: 'cancelled' });
  return enter(q, { name: 'verifying', id, at: now });
}

/** Taken, and the service gives no id: nothing can be read back. */
export const replied = (p: Progress, now: number): Progress =>
  finish(warn(note(p, now, 'attached'), 'NotVerified', 'A reply names no attachment that could be read back.'), {
    id: null,
    proof: 'none',
  });

/** From here on only copies are looked for. Without anything kept it is an undo, or nothing was sent. */
export const finish = (p: Progress, kept?: Kept): Progress =>
  enter(p, { name: 'finishing', isSwept: false, ...(kept ? { kept } : {}) });

/** Compared as far as it can be. Where other bytes lie under its name and it has no id, those may be its own. */
export function unverified(p: Progress, kept: Kept, why: string): Progress {
  if (kept.id === null && p.doubt.lookalikes.length > 0)
    return neverKnown(p, 'what appeared under its name holds other bytes');
  return finish(warn(p, 'NotVerified', why), kept);
}

/** Nothing more is sent. What is attached with the right bytes stays, unless the user cancelled. */
export function giveUp(p: Progress, why: Why, now: number): Progress {
  const { phase } = p;
  if (why !== 'cancelled') {
    if (phase.name === 'verifying')
      return unverified(p, { id: phase.id, proof: 'none' }, 'The upload had to end before it was compared.');
    if (phase.name === 'finishing' && phase.kept) return p;
  }
  const undoing = p.undoing ?? why;
  const q: Progress = { ...discard(p), undoing, wait: { until: now } };
  switch (phase.name) {
    case 'preparing':
    case 'posting':
    case 'sending':
      return finish(q);
    case 'verifying':
      return phase.id === null ? q : enter(q, { name: 'removing', ids: [phase.id], because: 'cancelled' });
    case 'finishing':
      return phase.kept?.id ? enter(q, { name: 'removing', ids: [phase.kept.id], because: 'cancelled' }) : q;
    case 'removing':
      return phase.kept?.id
        ? enter(q, { name: 'removing', ids: [phase.kept.id, ...phase.ids], because: 'cancelled' })
        : q;
    case 'reconciling':
    case 'checking':
      return q;
  }
}

/** Whatever else was the reason to end: that the outcome is open is what the user must read. */
export const neverKnown = (p: Progress, why: string): Progress => ({
  ...finish({ ...discard(p), doubt: { ...p.doubt, commits: 0 } }),
  undoing: problems.unknown(p.doubt.commits > 1 ? `${why}; it was sent more than once` : why),
});

export const leftThere = (p: Progress, id: string): Progress => leave(p, `attachment ${id}`);

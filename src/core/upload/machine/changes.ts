import { Backoff, backoffMs, retryPolicy } from '../../retry';
import { leave, note, noTries, Tries, Wait, warn, Why } from '../../job/story';
import { problems } from './problems';
import type { In, Kept, Phase, Progress, Session } from './progress';

/** Changes of the state that several phases make. */

export const enter = (p: Progress, phase: Phase, tries: Tries = noTries): Progress => ({ ...p, phase, tries });

/** Something went forward: what counted failures begins anew. */
export const moved = <P extends Progress>(p: P): P => ({ ...p, tries: noTries });

/** Seeds the jitter of a wait, so that a replay repeats it and two uploads differ. */
const jitterSeed = ({ plan, asked }: Progress): string => `${plan.id}/${asked.no}`;

export const waitMs = (p: Progress, backoff: Backoff, attempt: number): number =>
  backoffMs(backoff, attempt, jitterSeed(p));

/** Tries once more, after a wait that grows with the failures; `floorMs` is the service's own word. */
export function retryLater<P extends Progress>(
  p: P,
  backoff: Backoff,
  reason: Wait['reason'],
  now: number,
  floorMs = 0,
): P {
  const failed = p.tries.failed + 1;
  const until = now + Math.max(floorMs, waitMs(p, backoff, failed));
  return { ...p, tries: { ...p.tries, failed }, wait: { until, ...(reason ? { reason } : {}) } };
}

/** Whether the step under way may attach. */
export const isCommit = ({ asked }: Progress): boolean =>
  asked.do === 'postAttachment' || (asked.do === 'uploadRange' && asked.isLast);

export const sessionOf = ({ phase }: Progress): Session | undefined =>
  phase.name === 'sending' || phase.name === 'reconciling' ? phase.session : undefined;

export const withSession = (p: Progress, session: Session): Progress => ({ ...p, phase: { name: 'sending', session } });

/** The session is of no more use: it is closed before anything else is done. */
export function discardSession(p: Progress): Progress {
  const session = sessionOf(p);
  if (!session) return p;
  const { sealedUrl, expiresAt } = session;
  const phase: Phase =
    p.phase.name === 'reconciling' ? { name: 'reconciling', since: p.phase.since } : { name: 'sending' };
  return { ...p, phase, toClose: { session: { sealedUrl, expiresAt }, failed: 0 } };
}

/** Begins a new session, from the first byte. Ends the upload when too many were lost. */
export function startOver(p: Progress, now: number): Progress {
  const sessionsLost = p.spent.sessionsLost + 1;
  const q = { ...enter(discardSession(p), { name: 'sending' }, p.tries), spent: { ...p.spent, sessionsLost } };
  if (sessionsLost >= retryPolicy.maxLostSessions) return giveUp(q, problems.sessionLost(sessionsLost), now);
  return retryLater(note(q, now, 'sessionReplaced'), retryPolicy.transient, 'retry', now);
}

/** A commit got no clear answer. From `since` + SETTLE_SECONDS on, "not seen" means "not there". */
export function startReconciling(p: Progress, now: number, since = now, floorMs = 0): Progress {
  const session = sessionOf(p);
  const isCounted = session?.isInDoubt === true;
  const doubt = { ...p.doubt, commits: p.doubt.commits + (isCounted ? 0 : 1), lastAt: now };
  const kept = session ? { session: { ...session, isInDoubt: true } } : {};
  const q = enter({ ...note(p, now, 'reconciling'), doubt }, { name: 'reconciling', since, ...kept });
  return { ...q, wait: { until: now + Math.max(500, floorMs), reason: 'retry' } };
}

/** The file is attached. An earlier reason to fail does not count any more; a cancel does. */
export function attached(p: Progress, id: string | null, now: number): Progress {
  const { undoing, ...rest } = note(p, now, 'attached');
  const q: Progress = undoing === 'cancelled' ? { ...rest, undoing } : rest;
  if (undoing === 'cancelled' && id !== null) return enter(q, { name: 'removing', ids: [id], because: 'cancelled' });
  if (!p.plan.isFile) return finish(q, { id, proof: 'none' });
  return enter(q, { name: 'verifying', id, at: now, unread: 0 });
}

/** The service took it in a reply and gives no id: nothing can be read back. */
export const replied = (p: Progress, now: number): Progress => {
  const { undoing, ...rest } = p;
  const q: Progress = undoing === 'cancelled' ? { ...rest, undoing } : rest;
  return finish(
    warn(note(q, now, 'attached'), 'NotVerified', 'A reply to a thread names no attachment that could be read back.'),
    { id: null, proof: 'none' },
  );
};

/** Only extra copies are searched for from here on. Without `kept` nothing of the upload stays. */
export const finish = (p: Progress, kept?: Kept): Progress =>
  enter(p, { name: 'finishing', isSwept: false, isClosed: false, ...(kept ? { kept } : {}) });

const endedEarly = 'the service took the file for complete before all of it was sent, and its content was not compared';

/** The attachment was seen: from here on its id and name count as lists give them. */
export function seen(
  p: In<'verifying'>,
  { id, name }: { readonly id: string; readonly name: string },
): In<'verifying'> {
  const { isMissing: _isMissing, ...phase } = p.phase;
  return { ...p, phase: { ...phase, id, storedName: name } };
}

const notListed =
  'the service took the file, but the item does not list it: the service has lost it, or somebody has removed it';

/** The attachment was compared as far as it can be. Other bytes under its name may be its own if it has no id. */
export function unverified(p: In<'verifying'>, proof: Kept['proof'], why: string): Progress {
  const { id, storedName, isEarly, isMissing } = p.phase;
  if (isEarly) return endUnknown(isMissing ? p : leaveAttachment(p, id ?? p.plan.name), endedEarly);
  // the commit that was answered 201 is in doubt, too
  if (isMissing) return endUnknown({ ...p, doubt: { ...p.doubt, commits: p.doubt.commits + 1 } }, notListed);
  if (id === null && p.doubt.lookalikes.length > 0)
    return endUnknown(p, 'what appeared under its name holds other bytes');
  const isUnlisted = id !== null && storedName === undefined && p.way === 'session';
  const name = storedName === undefined ? {} : { name: storedName };
  return finish(warn(p, 'NotVerified', why), { id, proof, ...name, ...(isUnlisted ? { isUnlisted } : {}) });
}

/** Sends nothing more. What is attached with the right bytes stays, unless the user cancelled. */
export function giveUp(p: Progress, why: Why, now: number): Progress {
  const { phase } = p;
  if (why !== 'cancelled') {
    if (isIn(p, 'verifying')) return unverified(p, 'none', 'The upload had to end before its bytes were compared.');
    if (phase.name === 'finishing' && phase.kept) return p;
  }
  const undoing = p.undoing ?? why;
  const q: Progress = { ...discardSession(p), undoing, wait: { until: now } };
  const remove = (...ids: string[]): Progress => enter(q, { name: 'removing', ids, because: 'cancelled' });
  switch (phase.name) {
    case 'preparing':
    case 'posting':
    case 'sending':
      return finish(q);
    case 'verifying':
      return phase.id === null ? q : remove(phase.id);
    case 'finishing':
      return phase.kept?.id ? remove(phase.kept.id) : q;
    case 'removing':
      return phase.kept?.id ? remove(phase.kept.id, ...phase.ids) : q;
    case 'reconciling':
    case 'checking':
      return q;
  }
}

/** That the outcome is open is what the user must read, whatever else was the reason to end. */
export const endUnknown = (p: Progress, why: string): Progress => ({
  ...finish({ ...discardSession(p), doubt: { ...p.doubt, commits: 0 } }),
  undoing: problems.unknown(p.doubt.commits > 1 ? `${why}; it was sent more than once` : why),
});

export const leaveAttachment = (p: Progress, id: string): Progress => leave(p, `attachment ${id}`);

/** Whether the state is in this phase: the one place where its type is narrowed by hand. */
export const isIn = <N extends Phase['name']>(p: Progress, name: N): p is In<N> => p.phase.name === name;

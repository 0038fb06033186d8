import { retryPolicy } from '../../retry';
import type { Event, Machine } from '../../job/machine';
import { note } from '../../job/story';
import { discard, enter, giveUp, unclear } from './changes';
import { finishing } from './finishing';
import { posting } from './posting';
import { preparing } from './preparing';
import { problems } from './problems';
import type { Outcome, Phase, Plan, Progress, Rules, Step, Trouble, Wanted } from './progress';
import { reconciling } from './reconciling';
import { checking, removing } from './removing';
import { sending } from './sending';
import { onTrouble } from './trouble';
import { verifying } from './verifying';

/** THE STATE MACHINE of an upload: what was said makes a new state, the state makes the next step. */
export const decide: Machine<Progress, Step, Outcome>['decide'] = (progress, said, now) =>
  next(hear(progress, said, now), now);

export function begin(plan: Plan, now: number): readonly [Progress, Step] {
  const phase: Phase = plan.way === 'reply' ? { name: 'posting' } : { name: 'preparing' };
  const spent = {
    sessionsLost: 0,
    sessionsExpired: 0,
    incidents: 0,
    resends: 0,
    wrongBytes: 0,
    noStatus: false,
    sessionsLeft: 0,
  };
  const story = { timeline: [{ at: now, event: 'started' }], warnings: [], leftBehind: [] };
  const nothing = { no: 0, notBefore: now, do: 'listAttachments' } as const;
  const doubt = { commits: 0, lastAt: now, lookalikes: [] };
  const shared = {
    asked: nothing,
    wait: { until: now },
    tries: { failed: 0, crashed: 0 },
    spent,
    doubt,
    digests: [],
    story,
  };
  return next({ plan, way: plan.way, phase, ...shared }, now);
}

/** One set of rules a phase. The casts are here alone: `decide` gives each phase its own state and answers. */
const rules: { readonly [N in Phase['name']]: Rules<N> } = {
  preparing, posting, sending, reconciling, verifying, removing, checking, finishing,
}; // prettier-ignore
const rulesOf = (p: Progress) => rules[p.phase.name] as unknown as Rules<Phase['name']>;
const wantedBy = (p: Progress): Wanted => rulesOf(p).wants(p);
const exhausted = (p: Progress, now: number): Progress => rulesOf(p).exhausted?.(p, now) ?? p;

function hear(before: Progress, said: Outcome | Event, now: number): Progress {
  if (said.kind === 'clock') return before;
  if (said.kind === 'cancelRequested')
    return before.undoing ? before : giveUp(note(before, now, 'cancelRequested'), 'cancelled', now);
  const p = heard(before, said, now);
  if (p.asked.do === 'cancelUploadSession') return onClosed(p, said, now);
  if (isTrouble(said)) return onTrouble(p, said, now, (q) => exhausted(q, now));
  return rulesOf(p).on(p, said as never, now);
}

/** What every outcome means, whatever it says. */
function heard(p: Progress, said: Outcome | { kind: 'crashed' }, now: number): Progress {
  const { requestId, digest } = said as Outcome;
  const story = requestId === undefined ? p.story : { ...p.story, requestId };
  const others = digest ? p.digests.filter((one) => one.end < digest.start || one.start > digest.end) : p.digests;
  return { ...p, story, digests: digest ? [...others, digest] : p.digests, wait: { until: now } };
}

const troubles: readonly string[] = [
  'throttled', 'unclear', 'crashed', 'notDone', 'storageDown', 'notReady', 'itemNotFound', 'refused', 'sourceGone',
] satisfies Trouble['kind'][]; // prettier-ignore
const isTrouble = (said: { readonly kind: string }): said is Trouble => troubles.includes(said.kind);

/** A session that cannot be closed is tried some times; then it stays on the record, and the end tells of it and closes it later. */
function onClosed(p: Progress, said: Outcome | { kind: 'crashed' }, now: number): Progress {
  const { toClose, ...rest } = p;
  if (said.kind === 'closed' && !said.isLeft) return rest;
  const failed = (toClose?.failed ?? 0) + 1;
  if (said.kind !== 'closed' && failed < 5 && toClose) {
    return { ...p, toClose: { ...toClose, failed }, wait: { until: now + 1000 * 4 ** failed, reason: 'retry' } };
  }
  return { ...rest, spent: { ...p.spent, sessionsLeft: p.spent.sessionsLeft + 1 } };
}

/** What the state wants next. Time alone may change the state: a deadline, an expiry. */
function next(progress: Progress, now: number): readonly [Progress, Step] {
  const p = onClock(progress, now);
  const wanted: Wanted = p.toClose
    ? { do: 'cancelUploadSession', ...(p.toClose.session ? { session: p.toClose.session } : {}) }
    : wantedBy(p);
  const step = { ...wanted, no: p.asked.no + 1, notBefore: startOf(p, wanted, now) } as Step;
  return [{ ...p, asked: step }, step];
}

function startOf(p: Progress, wanted: Wanted, now: number): number {
  if (wanted.do === 'end') return now;
  const isLastLook = p.phase.name === 'finishing' && wanted.do === 'findCopies';
  const from = isLastLook ? Math.max(p.wait.until, p.doubt.lastAt + 2 * p.plan.settleMs) : p.wait.until;
  return Math.max(now, Math.min(from, outlasts(p) ? Infinity : p.plan.deadlineAt)); // at the deadline it is looked at again
}

/** What no deadline cuts short: taking back, and the last look beside what is attached and compared. */
const outlasts = (p: Progress): boolean =>
  p.undoing !== undefined || p.phase.name === 'finishing' || p.phase.name === 'checking';

function onClock(p: Progress, now: number): Progress {
  if (!outlasts(p) && now >= p.plan.deadlineAt) return giveUp(p, problems.deadline(p.wait.reason), now);
  if (p.phase.name !== 'sending' || !p.phase.session) return p;
  const { session } = p.phase;
  if (session.missing.length === 0) return unclear(p, now); // nothing is missing, and no id came
  const startsAt = Math.max(now, p.wait.until);
  if (startsAt + Math.max(retryPolicy.rangeMarginMs, 2 * session.slowestMs) < session.expiresAt) return p;
  const sessionsExpired = p.spent.sessionsExpired + 1;
  const q = {
    ...enter(discard(note(p, now, 'sessionExpired')), { name: 'sending' }, p.tries),
    spent: { ...p.spent, sessionsExpired },
  };
  return sessionsExpired < retryPolicy.maxExpiredSessions ? q : giveUp(q, problems.sessionsExpire, now);
}

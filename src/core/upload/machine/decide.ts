import type { ByteRange } from '../../byteRange';
import type { Event, Machine } from '../../job/machine';
import { note, noTries, remember } from '../../job/story';
import { retryPolicy } from '../../retry';
import { discardSession, enter, giveUp, isIn, seen, sessionOf, startReconciling, withSession } from './changes';
import { finishing } from './finishing';
import { posting } from './posting';
import { preparing } from './preparing';
import { problems } from './problems';
import type { Extras, Outcome, Phase, Plan, Progress, Rules, Step, Trouble, Wanted } from './progress';
import { reconciling } from './reconciling';
import { checking, removing } from './removing';
import { advanced, sending } from './sending';
import { onTrouble } from './trouble';
import { verifying } from './verifying';

/** THE STATE MACHINE of an upload: an answer makes a new state, the state makes the next step. Pure. */
export const decide: Machine<Progress, Step, Outcome>['decide'] = (progress, said, now) =>
  next(hear(progress, said, now), now);

/** The state at the start of an upload, and its first step. */
export function begin(plan: Plan, now: number): readonly [Progress, Step] {
  return next(
    {
      plan,
      way: plan.way,
      phase: plan.way === 'reply' ? { name: 'posting' } : { name: 'preparing' },
      asked: { no: 0, notBefore: now, do: 'listAttachments' },
      wait: { until: now },
      tries: noTries,
      spent: {
        sessionsLost: 0,
        sessionsExpired: 0,
        incidents: 0,
        resends: 0,
        wrongBytes: 0,
        noStatus: false,
        sessionsLeft: 0,
      },
      doubt: { commits: 0, lastAt: now, unanswered: 0, lookalikes: [] },
      digests: [],
      story: { timeline: [{ at: now, event: 'started' }], warnings: plan.warnings, leftBehind: [] },
    },
    now,
  );
}

/** How an upload begins and goes on. */
export interface UploadMachine extends Machine<Progress, Step, Outcome> {
  readonly begin: typeof begin;
  /** The version of the form of its states: another version of the app may find them in histories and records. */
  readonly schema: number;
  /** Of each older schema: turns a state into the form of the next one. */
  readonly upgrades: Readonly<Record<number, (progress: unknown) => unknown>>;
}
/** When `Progress` changes, `schema` grows, and a function for the older form is added. */
export const uploadMachine: UploadMachine = { begin, decide, schema: 1, upgrades: {} };

/** One set of rules a phase. `decide` gives each phase its own state and answers: the casts stand here alone. */
const rules: { readonly [N in Phase['name']]: Rules<N> } = {
  preparing,
  posting,
  sending,
  reconciling,
  verifying,
  removing,
  checking,
  finishing,
};
const rulesOf = (p: Progress) => rules[p.phase.name] as unknown as Rules<Phase['name']>;
const exhausted = (p: Progress, now: number): Progress => rulesOf(p).exhausted?.(p, now) ?? p;

function hear(before: Progress, said: Outcome | Event, now: number): Progress {
  if (said.kind === 'clock') return before;
  if (said.kind === 'cancelRequested')
    return before.undoing ? before : giveUp(note(before, now, 'cancelRequested'), 'cancelled', now);
  const p = withExtras(before, said, now);
  if (p.asked.do === 'cancelUploadSession') return onClosed(p, said, now);
  if (isTrouble(said)) return onTrouble(p, said, now, (q) => exhausted(q, now));
  return rulesOf(p).on(p, said as never, now);
}

/** What every answer may say beside itself. */
function withExtras(before: Progress, said: Outcome | { readonly kind: 'crashed' }, now: number): Progress {
  const extras: Extras = said.kind === 'crashed' ? {} : said;
  const p = remember({ ...before, wait: { until: now } }, extras, now);
  const { digests = [], missingBefore, listed } = extras;
  const isNew = (one: ByteRange): boolean =>
    digests.every((digest) => one.end < digest.start || one.start > digest.end);
  const q = digests.length > 0 ? { ...p, digests: [...p.digests.filter(isNew), ...digests] } : p;
  if (listed && isIn(q, 'verifying')) return seen(q, listed);
  const session = sessionOf(q);
  return missingBefore && session && isIn(q, 'sending') ? withSession(q, advanced(session, missingBefore)) : q;
}

const troubles: Readonly<Record<Trouble['kind'], true>> = {
  throttled: true,
  unclear: true,
  crashed: true,
  notDone: true,
  storageDown: true,
  notReady: true,
  itemNotFound: true,
  refused: true,
  sourceGone: true,
};
const isTrouble = (said: { readonly kind: string }): said is Trouble => Object.hasOwn(troubles, said.kind);

/**
 * A session that cannot be closed gets some tries. While the upload goes on they are few, so that an incident does not hold it
 * up; the last chance is when it ends. What stays open is on the record: the watch goes on closing it until it expires.
 */
function onClosed(p: Progress, said: Outcome | { kind: 'crashed' }, now: number): Progress {
  const { toClose = { failed: 0 }, ...rest } = p;
  const closed: Progress = isIn(p, 'finishing')
    ? { ...rest, phase: { ...p.phase, isClosed: true }, tries: noTries }
    : { ...rest, tries: p.toClose ? p.tries : noTries };
  if (said.kind === 'closed') return toClose.session ? closed : withSessionsLeft(closed, 0);
  const failed = toClose.failed + 1;
  const most = p.undoing || p.phase.name === 'finishing' ? retryPolicy.closingTries : retryPolicy.closingTriesOnTheWay;
  if (failed >= most || isSetting(said)) return withSessionsLeft(closed, p.spent.sessionsLeft + 1);
  const until = now + retryPolicy.closingBaseMs * 4 ** (failed - 1);
  return { ...p, toClose: { ...toClose, failed }, wait: { until, reason: 'retry' } };
}

/** The settings keep the app from asking: another try would be kept from it, too. */
const isSetting = (said: Outcome | { kind: 'crashed' }): boolean =>
  said.kind === 'refused' && said.problem.code === 'NotConfigured';

const withSessionsLeft = (p: Progress, sessionsLeft: number): Progress => ({
  ...p,
  spent: { ...p.spent, sessionsLeft },
});

/** What the state wants next. Time alone may change the state: a deadline, an expiry. */
function next(progress: Progress, now: number): readonly [Progress, Step] {
  const p = applyClock(progress, now);
  const wanted: Wanted = p.toClose
    ? { do: 'cancelUploadSession', ...(p.toClose.session ? { session: p.toClose.session } : {}) }
    : rulesOf(p).wants(p, now);
  const step = { ...wanted, no: p.asked.no + 1, notBefore: startOf(p, wanted, now) } as Step;
  return [{ ...p, asked: step }, step];
}

function startOf(p: Progress, wanted: Wanted, now: number): number {
  if (wanted.do === 'end') return now;
  // a copy that comes late is searched for once more, when it must have come
  const isLastSearch = p.phase.name === 'finishing' && wanted.do === 'findCopies';
  const from = isLastSearch ? Math.max(p.wait.until, p.doubt.lastAt + 2 * p.plan.settleMs) : p.wait.until;
  return Math.max(now, Math.min(from, ignoresDeadline(p) ? Infinity : p.plan.deadlineAt));
}

/** True where the deadline must not end the work: the upload is undoing, or only extra copies remain to be found. */
const ignoresDeadline = (p: Progress): boolean =>
  p.undoing !== undefined || p.phase.name === 'finishing' || p.phase.name === 'checking';

function applyClock(p: Progress, now: number): Progress {
  if (!ignoresDeadline(p) && now >= p.plan.deadlineAt) return giveUp(p, problems.deadline(p.story.lastProblem), now);
  const session = sessionOf(p);
  if (p.phase.name !== 'sending' || !session) return p;
  if (session.missing.length === 0) return startReconciling(p, now); // nothing is missing, and no id came
  const startsAt = Math.max(now, p.wait.until);
  if (startsAt + Math.max(retryPolicy.rangeMarginMs, 2 * session.slowestMs) < session.expiresAt) return p;
  const sessionsExpired = p.spent.sessionsExpired + 1;
  const q = {
    ...enter(discardSession(note(p, now, 'sessionExpired')), { name: 'sending' }, p.tries),
    spent: { ...p.spent, sessionsExpired },
  };
  return sessionsExpired < retryPolicy.maxExpiredSessions ? q : giveUp(q, problems.sessionsExpire, now);
}

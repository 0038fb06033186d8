import type { Event, Machine } from '../../job/machine';
import { note, noTries, remember } from '../../job/story';
import { attaching } from './attaching';
import { enter, giveUp, goOn } from './changes';
import { checking, fits } from './checking';
import { drafting, findingDraft, marking } from './drafting';
import { finishing } from './finishing';
import { problems } from './problems';
import type { Outcome, Phase, Plan, Progress, Rules, Step, Trouble, Wanted } from './progress';
import { findingSent, proving, sending } from './sending';
import { takingBack } from './takingBack';
import { onTrouble } from './trouble';

/** THE STATE MACHINE of a delivery: what was said makes a new state, the state makes the next step. */
export const decide: Machine<Progress, Step, Outcome>['decide'] = (progress, said, now) =>
  next(hear(progress, said, now), now);

export const begin = (plan: Plan, now: number): readonly [Progress, Step] => next(begun(plan, now), now);

/** The state before the first step. */
export function begun(plan: Plan, now: number): Progress {
  const p = initial(plan, now);
  if (plan.item === null) return fits(p, 0, now);
  return plan.readsItem ? enter(p, { name: 'checking' }) : goOn(p, now);
}

export const initial = (plan: Plan, now: number): Progress => ({
  plan,
  phase: { name: 'checking' },
  asked: { no: 0, notBefore: now, do: 'readItem' },
  wait: { until: now },
  tries: noTries,
  item: plan.item,
  mark: 'none',
  attached: 0,
  creates: { begun: 0, lastAt: now, unclear: 0 },
  sends: { begun: 0, lastAt: now },
  story: { timeline: [{ at: now, event: 'started' }], warnings: [], leftBehind: [] },
});

/** One set of rules a phase. The casts are here alone: `decide` gives each phase its own state and answers. */
const rules: { readonly [N in Phase['name']]: Rules<N> } = {
  checking, drafting, findingDraft, marking, attaching, proving, sending, findingSent, takingBack, finishing,
}; // prettier-ignore
const rulesOf = (p: Progress) => rules[p.phase.name] as unknown as Rules<Phase['name']>;
const exhausted = (p: Progress, now: number): Progress => rulesOf(p).exhausted?.(p, now) ?? p;

function hear(before: Progress, said: Outcome | Event, now: number): Progress {
  if (said.kind === 'clock') return before;
  if (said.kind === 'cancelRequested') return giveUp(before, 'cancelled', now);
  const p: Progress = { ...remember(before, said as Outcome, now), wait: { until: now } };
  return isTrouble(said) ? onTrouble(p, said, now, (q) => exhausted(q, now)) : rulesOf(p).on(p, said, now);
}

const troubles: readonly string[] = [
  'throttled', 'unclear', 'crashed', 'notDone', 'storageDown', 'notReady', 'itemNotFound', 'refused',
] satisfies Trouble['kind'][]; // prettier-ignore
const isTrouble = (said: { readonly kind: string }): said is Trouble => troubles.includes(said.kind);

/** What the state wants next. Time alone may change the state: the deadline. */
export function next(progress: Progress, now: number): readonly [Progress, Step] {
  const p = onClock(progress, now);
  const wanted = rulesOf(p).wants(p, now);
  const step = { ...wanted, no: p.asked.no + 1, notBefore: startOf(p, wanted, now) } as Step;
  return [{ ...counting(p, step), asked: step }, step];
}

function startOf(p: Progress, wanted: Wanted, now: number): number {
  if (wanted.do === 'end') return now;
  // a draft that comes late is looked for once more, when it must have come
  if (wanted.do === 'deleteExtraDrafts') return Math.max(now, p.wait.until, p.creates.lastAt + p.plan.settleMs);
  const isCut = p.phase.name === 'attaching'; // at the deadline it is looked at again
  return Math.max(now, isCut ? Math.min(p.wait.until, p.plan.deadlineAt) : p.wait.until);
}

/** Requests of which each may make a draft or send. */
function counting(p: Progress, { do: what, notBefore: lastAt }: Step): Progress {
  if (what === 'createDraft') return { ...p, creates: { ...p.creates, begun: p.creates.begun + 1, lastAt } };
  if (what !== 'sendMessage' && what !== 'notifyAttendees') return p;
  return { ...note(p, lastAt, 'sending'), sends: { begun: p.sends.begun + 1, lastAt } };
}

/** What could only begin after the deadline is not begun. What may have been sent is still looked for. */
function onClock(p: Progress, now: number): Progress {
  const { name } = p.phase;
  if (p.undoing || name === 'finishing' || name === 'findingSent') return p;
  const startsAt = name === 'attaching' ? now : Math.max(now, p.wait.until);
  return startsAt < p.plan.deadlineAt ? p : giveUp(p, problems.deadline(p.wait.reason), now);
}

import type { Problem } from '../../errors';
import { countBare, countCrashes, isBareForGood, isFault, note } from '../../job/story';
import { Backoff, backoffMs, minutes, retryPolicy, seconds } from '../../retry';
import { giveUp, later, proveAgain, startFindingDraft, startFindingSent } from './changes';
import { problems } from './problems';
import type { Progress, StepKind, Trouble } from './progress';

/**
 * What any step can come to instead of an answer. What may have sent or made something is looked for; what only looks or
 * removes is tried so often, and then its phase says what is left; everything else is done again until the deadline.
 */
export function onTrouble(
  before: Progress,
  said: Trouble,
  now: number,
  exhausted: (p: Progress) => Progress,
): Progress {
  const tries = countCrashes(before.tries, said.kind === 'crashed', now);
  const p: Progress = {
    ...before,
    tries,
    ...(isBare(before, said) ? { bare: countBare(before.bare, isAnnouncement(before.asked.do)) } : {}),
  };
  if (isAnnouncement(p.asked.do)) return onSendTrouble(p, said, now);
  if (p.asked.do === 'createDraft' && (said.kind === 'unclear' || said.kind === 'crashed'))
    return startFindingDraft(p, now, floorOf(said));
  const counted = (q: Progress, tries = 1): Progress => (isUsedUp(q, tries, now) ? exhausted(q) : q);
  switch (said.kind) {
    case 'throttled':
      return counted(throttled(p, said.retryAfterMs, now));
    case 'unclear':
      if (isTooBare(p, said)) return giveUp(p, problems.bare, now);
      return counted(again(p, now, floorOf(said)));
    case 'notDone':
      return counted(again(p, now));
    case 'crashed':
      return crashed(p, now, counted);
    case 'storageDown':
      return later(note(p, now, 'storageUnreachable'), retryPolicy.storage, 'storage', now);
    case 'notReady':
      return later(p, retryPolicy.notReady, 'retry', now); // waited out: without settings not even the end can be told
    case 'itemNotFound':
      return itemNotFound(p, said.problem, now, counted);
    case 'refused':
      if (isLook(p)) return counted(later(p, retryPolicy.incident, 'retry', now));
      return isBounded(p) ? counted(again(p, now), 3) : giveUp(p, said.problem, now);
  }
}

/** How many failures a step may have before its phase goes on without it. Not listed: it is done again until the deadline. */
const limits: Partial<Record<StepKind, number>> = {
  takeBack: 8,
  deleteDraft: 8,
  deleteExtraDrafts: 8,
  settleUploads: 40, // only the app and its storage can fail here
};
/** A mailbox in move refuses for hours: eight tries take about one. */
const cleaning: Backoff = { baseMs: seconds(2), factor: 3, capMs: minutes(30), jitter: 0.25 };
/** Past the deadline a look is still tried so often before its outcome counts as unknown. */
const lastLooks = 8;

const isAnnouncement = (step: StepKind): boolean => step === 'sendMessage' || step === 'notifyAttendees';
const isLook = ({ phase }: Progress): boolean => phase.name === 'findingDraft' || phase.name === 'findingSent';
const isBounded = ({ asked }: Progress): boolean => limits[asked.do] !== undefined;

const isBare = (p: Progress, said: Trouble): boolean =>
  said.kind === 'unclear' && said.isBare === true && !p.undoing && !isLook(p) && !isBounded(p);
const isTooBare = (p: Progress, said: Trouble): boolean => isBare(p, said) && isBareForGood(p.bare);

function isUsedUp(p: Progress, tries: number, now: number): boolean {
  const limit = limits[p.asked.do];
  if (limit !== undefined) return p.tries.failed + tries - 1 >= limit;
  return isLook(p) && now >= p.plan.deadlineAt && p.tries.failed >= lastLooks;
}

const again = (p: Progress, now: number, floorMs = 0): Progress =>
  later(p, isBounded(p) ? cleaning : retryPolicy.transient, 'retry', now, floorMs);

const floorOf = (said: Trouble): number => ('retryAfterMs' in said ? (said.retryAfterMs ?? 0) : 0);

/**
 * No error of a send proves that nothing was sent, 429 and 404 included: messages that were sent all the same are reported
 * (https://learn.microsoft.com/answers/questions/5629476, https://learn.microsoft.com/answers/questions/2286986).
 */
function onSendTrouble(p: Progress, said: Trouble, now: number): Progress {
  switch (said.kind) {
    case 'notDone':
      return proveAgain(again(p, now), now);
    case 'storageDown':
      return proveAgain(later(note(p, now, 'storageUnreachable'), retryPolicy.storage, 'storage', now), now);
    case 'notReady':
      return proveAgain(later(p, retryPolicy.notReady, 'retry', now), now);
    case 'throttled': {
      const q = throttled(p, said.retryAfterMs, now);
      return startFindingSent(q, true, now, { floorMs: q.wait.until - now });
    }
    case 'refused':
      return startFindingSent(p, true, now, { why: said.problem });
    case 'itemNotFound':
      return startFindingSent(p, true, now);
    case 'unclear':
      return startFindingSent(p, said.isAnswered === true, now, {
        floorMs: floorOf(said),
        ...(isTooBare(p, said) ? { why: problems.bare } : {}),
      });
    case 'crashed':
      return startFindingSent(p, false, now);
  }
}

function throttled(p: Progress, retryAfterMs: number | undefined, now: number): Progress {
  const own = backoffMs(retryPolicy.throttled, p.tries.failed + 1, `${p.plan.id}/${p.asked.no}`);
  const waitMs = retryAfterMs ?? own;
  const tries = { ...p.tries, failed: p.tries.failed + 1 };
  const told = note(p, now, 'throttled', `for ${Math.ceil(waitMs / 1000)} s`);
  return { ...told, tries, wait: { until: now + waitMs, reason: 'throttled' } };
}

type Counted = (q: Progress, tries?: number) => Progress;

/** Too often and for too long is a fault of ours, except where only a look or a removal can tell what is there. */
function crashed(p: Progress, now: number, counted: Counted): Progress {
  const q = again(p, now);
  const isOver = isFault(q.tries, now) && !p.undoing && !isLook(p) && !isBounded(p);
  return isOver ? giveUp(q, problems.fault, now) : counted(q);
}

/** Not seen everywhere yet, or gone. What was made or seen a moment ago is given longer. */
function itemNotFound(p: Progress, told: Problem | undefined, now: number, counted: Counted): Progress {
  const notFoundSince = p.tries.notFoundSince ?? now;
  const slow = { ...retryPolicy.transient, capMs: minutes(1) };
  const q = later({ ...p, tries: { ...p.tries, notFoundSince } }, slow, 'retry', now);
  if (isLook(p) || isBounded(p)) return counted(q);
  const isKnown = p.asked.do !== 'readItem' && p.asked.do !== 'createDraft';
  if (now - notFoundSince < minutes(isKnown ? 5 : 2)) return q;
  return giveUp(q, told ?? (p.asked.do === 'createDraft' ? problems.noMailbox : problems.itemNotFound), now);
}

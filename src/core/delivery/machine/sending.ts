import { note } from '../../job/story';
import { backoffMs, retryPolicy } from '../../retry';
import { endSentUnknown, enter, giveUp, goOn, lookAgain, sent, startFindingSent, takeBack } from './changes';
import { withoutMark } from './drafting';
import { problems } from './problems';
import type { In, Plan, Progress, Rules } from './progress';

/** How long a message may be seen neither in Drafts nor in Sent Items, and a file be missing in a list, in settle times. */
const lagInSettles = 5;

/** Nothing is sent without all files: one list of the item says so, just before. */
export const proving: Rules<'proving'> = {
  wants: () => ({ do: 'listFiles' }),
  on(p, said, now) {
    if (said.kind === 'noDraft')
      return said.isSendBegun ? startFindingSent(p, true, now) : giveUp(p, problems.sentByOthers, now);
    const { missing } = said;
    if (missing.length === 0) return enter(p, { name: 'sending' }, p.tries);
    const settledAt = p.phase.since + lagInSettles * p.plan.settleMs;
    return now < settledAt
      ? lookAgain(p, p.phase.since, settledAt, now)
      : giveUp(p, problems.filesMissing(missing), now);
  },
};

/** The one send. trouble.ts: whatever is not a 202 is looked into. */
export const sending: Rules<'sending'> = {
  wants: ({ plan }) => ({ do: plan.announces === 'notify' ? 'notifyAttendees' : 'sendMessage' }),
  on(p, said, now) {
    switch (said.kind) {
      case 'sent':
        return sent(p, said.at, now);
      case 'noMark':
        return withoutMark(p, now);
      case 'notOurs':
        return giveUp(p, said.problem, now);
    }
  },
};

/**
 * No error proves that nothing was sent, and a message leaves Drafts only some time after its 202. Where an answer was read, or
 * no request was begun, and the message is still a draft when that is settled, it is sent again. A request without an answer may
 * still be on its way: it is never repeated.
 */
export const findingSent: Rules<'findingSent'> = {
  wants: ({ plan }) => ({ do: plan.announces === 'notify' ? 'findNotified' : 'findSent' }),
  on(p, said, now) {
    switch (said.kind) {
      case 'sent':
        return sent(p, said.at, now);
      case 'sentByOthers': // what was refused before is no reason any more
        return p.undoing ? takeBack(p) : giveUp(enter(p, { name: 'sending' }), problems.sentByOthers, now);
      case 'gone':
        return until(p, lagInSettles, now) ?? endSentUnknown(p, now);
      case 'unsent':
        return until(p, 1, now) ?? unsent(p, said.isOpen && !p.phase.isAnswered, now);
    }
  },
  exhausted: endSentUnknown,
};

/** Another look while it is not settled. */
function until(p: In<'findingSent'>, settles: number, now: number): Progress | undefined {
  const settledAt = p.phase.since + settles * p.plan.settleMs;
  return now < settledAt ? lookAgain(p, p.phase.since, settledAt, now) : undefined;
}

function unsent(p: In<'findingSent'>, isOpen: boolean, now: number): Progress {
  const { why } = p.phase;
  if (isOpen) return endSentUnknown(p, now);
  if (p.undoing) return takeBack(p);
  if (why) return giveUp(enter(p, { name: 'sending' }), why, now);
  const waitMs = backoffMs(retryPolicy.resending, p.sends.begun, jitterSeed(p.plan, p));
  return { ...goOn(note(p, now, 'reconciled', 'not sent'), now), wait: { until: now + waitMs, reason: 'retry' } };
}

const jitterSeed = ({ id }: Plan, { asked }: Progress): string => `${id}/${asked.no}`;

import { note, warn } from '../../job/story';
import { endDraftUnknown, enter, giveUp, goOn, lookAgain, takeBack } from './changes';
import { problems } from './problems';
import type { Answer, Progress, Rules } from './progress';

/**
 * Making a draft cannot be repeated blindly: each request makes one. A new message carries the mark from its first moment, so
 * it is found again whatever becomes of the answer. A reply or a forward gets its mark by the next request; where the answer
 * to its making is lost, nothing proves whose a draft of that conversation is. So none is taken over: another is made, and
 * the end tells of drafts that may be ours.
 */
export const drafting: Rules<'drafting'> = {
  wants: (p) => ({ do: 'createDraft', isMarked: p.plan.makes === 'message' && p.mark !== 'impossible' }),
  on: (p, said, now) => (said.kind === 'noMark' ? withoutMark(p, now) : drafted(p, said, now)),
};

/** Lists lag and commits come late: only when that is settled, "not seen" means "not there", and another is made. */
export const findingDraft: Rules<'findingDraft'> = {
  wants: () => ({ do: 'findDraft' }),
  on(p, said, now) {
    if (said.kind === 'drafted') return drafted(p, said, now);
    const settledAt = p.phase.since + p.plan.settleMs;
    if (now < settledAt) return lookAgain(p, p.phase.since, settledAt, now);
    const creates = { ...p.creates, unclear: p.creates.unclear + 1 };
    const q = enter({ ...p, creates }, { name: 'drafting' });
    if (p.undoing) return takeBack(q);
    return creates.unclear < maxUnclearCreates ? q : giveUp(q, problems.noDraft(creates.unclear), now);
  },
  exhausted: (p) => endDraftUnknown(p),
};
/** Each one may have left a draft. */
const maxUnclearCreates = 5;

/** Puts the mark on a message that is not ours, before it is sent, and on a reply as soon as it is made. Repeatable. */
export const marking: Rules<'marking'> = {
  wants: () => ({ do: 'markDraft' }),
  on(p, said, now) {
    switch (said.kind) {
      case 'marked':
        return goOn({ ...note(p, now, 'marked'), mark: 'set' }, now);
      case 'noMark':
        return withoutMark(p, now);
      case 'notOurs':
        return giveUp(p, said.problem, now);
    }
  },
};

type Drafted = Extract<Answer<'createDraft'>, { kind: 'drafted' }>;

function drafted(p: Progress, { item, isMarked }: Drafted, now: number): Progress {
  return goOn({ ...note(p, now, 'draftCreated'), item, mark: isMarked ? 'set' : p.mark }, now);
}

/** Some mailboxes have no named properties left. Then the message is found by its id and its internetMessageId alone. */
export function withoutMark(p: Progress, now: number): Progress {
  if (p.mark === 'impossible') return giveUp(p, problems.fault, now); // no mark was asked for
  const q = warn<Progress>(
    { ...p, mark: 'impossible' },
    'NotMarked',
    'The mailbox takes no further named property, so the message carries no mark. It is found by its ids alone. Ask the mailbox’s administrator.',
  );
  return p.phase.name === 'marking' ? goOn(q, now) : q;
}

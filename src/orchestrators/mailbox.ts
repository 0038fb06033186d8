import * as df from 'durable-functions';
import type { EntityHandler } from 'durable-functions';
import { acquire, isIdle, leave, release } from '../core/mailbox/mailbox';
import { emptyMailbox, Mailbox as State } from '../core/mailbox/state';
import type { SlotAnswer } from '../core/mailbox/slot';
import { leaving, MailboxCall, mailboxName } from './contract';

export interface MailboxAnswer {
  readonly said: SlotAnswer;
  /** Ids of the uploads that may ask again now. */
  readonly wake: readonly string[];
}

/** The durable entity around core/mailbox: one a mailbox. */
export const mailbox: EntityHandler<State> = (context) => {
  const before = context.df.getState(() => emptyMailbox) ?? emptyMailbox;
  const input = context.df.getInput<MailboxCall>();
  if (!input) return;
  if (context.df.operationName === 'sweep') {
    // long after the last upload: bytes count for some minutes after they were sent
    if (isIdle(before, input.now)) context.df.destructOnExit();
    return;
  }
  const { after, answer } =
    context.df.operationName === leaving
      ? { after: leave(before, input.id, input.now), answer: null }
      : answerTo(input, before);
  context.df.return(answer); // first: in durable-functions 3.5.0 it brings an entity back that was to go
  if (isIdle(after, input.now)) context.df.destructOnExit();
  else context.df.setState(after);
};

function answerTo(
  { id, isSmall, step, lock, limits, now }: MailboxCall,
  before: State,
): { after: State; answer: MailboxAnswer } {
  const locked = lock ? { lock } : {};
  if (step.do === 'release') {
    const { mailbox: after, wake } = release(before, { ...step.release, id, ...locked }, limits, now);
    return { after, answer: { said: { kind: 'released' }, wake } };
  }
  const decision = acquire(before, { ...step.ask, id, isSmall, ...locked }, limits, now);
  const { mailbox: after, wake } = decision;
  if (decision.permit) {
    const { permit, isContended } = decision;
    return {
      after,
      answer: { said: { kind: 'granted', bytes: permit.bytes, until: permit.until, isContended }, wake },
    };
  }
  const opens = decision.opensAt === undefined ? {} : { opensAt: decision.opensAt };
  return { after, answer: { said: { kind: 'queued', askAt: decision.askAt, ...opens }, wake } };
}

df.app.entity(mailboxName, mailbox);

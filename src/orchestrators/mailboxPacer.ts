import * as df from 'durable-functions';
import type { EntityHandler } from 'durable-functions';
import { Decision, isIdle, leave, requestPlace, rest, throttled } from '../core/mailbox/mailboxBudget';
import { BudgetLimits, emptyMailbox, MailboxState, PlaceRequest, RestRequest } from '../core/mailbox/mailboxState';
import { mailboxPacerName } from './contract';

export interface PacerInput {
  readonly now: number;
  readonly limits?: BudgetLimits; // not for a sweep
  readonly request?: PlaceRequest;
  readonly resting?: RestRequest;
  readonly leaving?: { readonly uploadId: string; readonly unusedBytes: number };
  readonly until?: number;
}

export type PacerAnswer = Omit<Decision, 'state'>;

/** The durable entity around core/mailboxBudget: one a mailbox. Time comes from its callers, who read it from their history. */
export const mailboxPacer: EntityHandler<MailboxState> = (context) => {
  const before = context.df.getState(() => emptyMailbox) ?? emptyMailbox;
  const input = context.df.getInput<PacerInput>();
  if (!input) return;
  const { now, limits } = input;
  switch (context.df.operationName) {
    case 'request': {
      if (!input.request || !limits) return;
      const { state, ...answer } = requestPlace(before, input.request, limits, now);
      context.df.setState(state);
      context.df.return(answer satisfies PacerAnswer);
      return;
    }
    case 'rest': {
      if (!input.resting || !limits) return;
      const { state, wake } = rest(before, input.resting, limits, now);
      context.df.setState(state);
      context.df.return({ wake });
      return;
    }
    case 'leave': {
      if (!input.leaving || !limits) return;
      const { state, wake } = leave(before, input.leaving, limits, now);
      if (isIdle(state, now)) context.df.destructOnExit();
      else context.df.setState(state);
      context.df.return({ wake });
      return;
    }
    case 'sweep': // long after the last upload: bytes are booked for some minutes after it left
      if (isIdle(before, now)) context.df.destructOnExit();
      return;
    case 'throttled':
      context.df.setState(throttled(before, input.until ?? now, now));
      context.df.return({});
      return;
    case undefined:
    default: // nobody asks for anything else
  }
};

df.app.entity(mailboxPacerName, mailboxPacer);

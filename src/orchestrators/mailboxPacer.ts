import * as df from 'durable-functions';
import type { EntityHandler } from 'durable-functions';
import {
  BudgetLimits,
  emptyMailbox,
  isIdle,
  leave,
  MailboxState,
  PlaceRequest,
  requestPlace,
  throttled,
} from '../core/mailboxBudget';
import { mailboxPacerName } from './activityContract';

export interface PacerInput {
  readonly now: number;
  readonly limits: BudgetLimits;
  readonly request?: PlaceRequest;
  readonly uploadId?: string;
  readonly until?: number;
}

/** The durable entity around core/mailboxBudget: one a mailbox. Time comes from its callers, who read it from their history. */
export const mailboxPacer: EntityHandler<MailboxState> = (context) => {
  const before = context.df.getState(() => emptyMailbox) ?? emptyMailbox;
  const input = context.df.getInput<PacerInput>();
  if (!input) return;
  const { now, limits } = input;
  switch (context.df.operationName) {
    case 'request': {
      if (!input.request) return;
      const { state, grantedBytes, until } = requestPlace(before, input.request, limits, now);
      context.df.setState(state);
      context.df.return({ grantedBytes, until });
      return;
    }
    case 'leave': {
      const { state, wake } = leave(before, input.uploadId ?? '', limits, now);
      if (isIdle(state, now)) context.df.destructOnExit();
      else context.df.setState(state);
      context.df.return({ wake });
      return;
    }
    case 'throttled':
      context.df.setState(throttled(before, input.until ?? now, now));
      context.df.return({});
  }
};

df.app.entity(mailboxPacerName, mailboxPacer);

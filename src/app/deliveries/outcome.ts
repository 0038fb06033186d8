import type { Outcome } from '../../core/delivery/machine/progress';
import { Failure, mailboxUnavailable } from '../../core/wire/failure';

/** A failure of a call as the machine takes it. Where what was to be removed is gone, its own activity tells. */
export function deliveryOutcome(failure: Failure): Outcome {
  const { seen, requestId } = failure;
  const told = { seen, ...(requestId === undefined ? {} : { requestId }) };
  switch (failure.kind) {
    case 'throttled':
      return failure;
    case 'unclear':
      return { ...failure, isAnswered: seen.status !== undefined };
    case 'notDone':
      return failure;
    case 'refused':
      return { kind: 'refused', problem: failure.problem, ...told };
    case 'itemNotFound':
      return { kind: 'itemNotFound', ...told, ...(failure.mailbox ? { problem: mailboxUnavailable(failure) } : {}) };
    case 'gone':
      return { kind: 'itemNotFound', ...told };
    case 'hostRefused':
    case 'noStatus':
    case 'sessionGone':
    case 'wrongRange':
    case 'wrongWay':
      return { kind: 'unclear', ...told }; // words of upload sessions: no call of a delivery is answered so
  }
}

/** The mailbox has no named properties left: without our mark the same call may succeed. */
export const lacksProperties = (failure: Failure): boolean =>
  failure.kind === 'refused' && failure.because === 'noNamedProperties';

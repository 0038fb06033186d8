import type { Outcome } from '../../core/upload/machine/progress';
import type { Failure } from '../../core/wire/failure';

/** A failure of a call as the machine takes it. Where what was to be removed is gone, its own activity tells. */
export const uploadOutcome = (failure: Failure): Outcome =>
  failure.kind === 'gone' ? { kind: 'itemNotFound', seen: failure.seen } : failure;

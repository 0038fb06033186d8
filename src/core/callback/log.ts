import type { LogLine } from '../job/log';
import type { Answer, Callback } from './callback';

/** A callback that is told no more: the receiver did not take it in time, said 410, or may not be called. */
export const callbackGivenUp = ({ id, kind, attempts, lastStatus }: Callback, last: Answer): LogLine => ({
  event: 'callbackGivenUp',
  ...(kind === 'upload' ? { uploadId: id } : { deliveryId: id }),
  attempts,
  reason: last.kind === 'answer' ? (last.status === 410 ? 'gone' : 'status') : reasons[last.kind],
  ...(lastStatus === null ? {} : { status: lastStatus }),
});

const reasons = { none: 'noAnswer', notAllowed: 'settings', refused: 'addressRefused' } as const;

import type { LogLine } from '../job/log';
import type { Outcome, Progress, Step, Trouble } from './machine/progress';
import type { DeliveryRecord } from './record';

/** What the log says of a delivery: pure, from its record, or from a step and its outcome. */

const ofDelivery = ({ id }: Pick<DeliveryRecord, 'id'>, mailbox: string | undefined) => ({
  deliveryId: id,
  ...(mailbox === undefined ? {} : { mailbox }),
});

export const deliveryAccepted = (record: DeliveryRecord, mailbox: string | undefined, bytes: number): LogLine => ({
  event: 'accepted',
  ...ofDelivery(record, mailbox),
  source: record.request.source,
  bytes,
});

/** A step that was throttled, or is repeated. Its uploads tell of themselves. */
export function deliveryStepLine(
  record: Pick<DeliveryRecord, 'id'>,
  mailbox: string | undefined,
  { step, progress }: { readonly step: Step; readonly progress: Progress },
  said: Trouble & Pick<Outcome, 'seen'>,
): LogLine | undefined {
  const isThrottled = said.kind === 'throttled';
  if (!isThrottled && !repeated.has(said.kind)) return undefined;
  const { seen } = said;
  const what = seen?.code ?? seen?.fault;
  return {
    event: isThrottled ? 'throttled' : 'retried',
    ...ofDelivery(record, mailbox),
    ...(isThrottled ? {} : { reason: said.kind }),
    ...(isThrottled && said.retryAfterMs !== undefined ? { durationMs: said.retryAfterMs } : {}),
    attempts: progress.tries.failed + 1,
    call: seen?.call ?? step.do,
    ...(seen?.status === undefined ? {} : { status: seen.status }),
    ...(what === undefined ? {} : { code: what }),
    ...(seen?.serviceRequestId === undefined ? {} : { serviceRequestId: seen.serviceRequestId }),
    ...(seen?.clientRequestId === undefined ? {} : { clientRequestId: seen.clientRequestId }),
  };
}

const repeated: ReadonlySet<string> = new Set([
  'unclear',
  'crashed',
  'notDone',
  'storageDown',
  'itemNotFound',
] satisfies Trouble['kind'][]);

/** Whether an answer is one that a delivery's log may tell. */
export const isTrouble = (said: { readonly kind: string }): said is Trouble & Pick<Outcome, 'seen'> =>
  said.kind === 'throttled' || repeated.has(said.kind);

/** How the delivery ended; undefined while it runs. */
export function deliveryEnded(record: DeliveryRecord, mailbox: string | undefined): LogLine | undefined {
  const { request, end, facts } = record;
  if (!end) return undefined;
  const { status, error, warnings = [] } = end;
  return {
    event: error?.code === 'OutcomeUnknown' ? 'unknown' : status,
    ...ofDelivery(record, mailbox),
    source: request.source,
    durationMs: end.endedAt - request.createdAt,
    attempts: facts.sendsBegun,
    ...(error ? { code: error.code } : {}),
    leftBehind: (error?.leftBehind?.length ?? 0) > 0 || warnings.some(({ code }) => code === 'LeftBehind'),
    ...(error?.serviceRequestId === undefined ? {} : { serviceRequestId: error.serviceRequestId }),
  };
}

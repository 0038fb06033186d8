import type { LogLine } from '../job/log';
import type { SeenProblem, Wait } from '../job/story';
import type { SavedProgress } from './checkpoint';
import type { Outcome, Step } from './machine/progress';
import type { UploadEnd, UploadRecord, UploadRequest } from './record';
import type { WaitingFor } from './resource';

/** What the log says of an upload: pure, from its record, or from a step and its outcome. */

const ofUpload = ({ id, delivery }: Pick<UploadRequest, 'id' | 'delivery'>, mailbox: string | undefined) => ({
  uploadId: id,
  ...(delivery === undefined ? {} : { deliveryId: delivery }),
  ...(mailbox === undefined ? {} : { mailbox }),
});

export const uploadAccepted = (request: UploadRequest, mailbox: string | undefined): LogLine => ({
  event: 'accepted',
  ...ofUpload(request, mailbox),
  source: request.source,
  bytes: request.sizeBytes ?? 0,
});

export const uploadWaits = (request: UploadRequest, mailbox: string | undefined, reason: WaitingFor): LogLine => ({
  event: 'waiting',
  ...ofUpload(request, mailbox),
  reason,
});

/** What a step shows beside its success: it was throttled, it is repeated, or it made an unclear end clear. */
export function stepLine(
  request: UploadRequest,
  mailbox: string | undefined,
  { step, progress }: { readonly step: Step; readonly progress?: SavedProgress | undefined },
  said: Outcome,
): LogLine | undefined {
  const common = ofUpload(request, mailbox);
  if (said.kind === 'throttled') {
    const { retryAfterMs } = said;
    const pause = retryAfterMs === undefined ? {} : { durationMs: retryAfterMs };
    return { event: 'throttled', ...common, ...pause, ...attemptsIn(progress), ...seenIn(said.seen) };
  }
  if (step.do === 'findAttachment' && progress?.phase.name === 'reconciling') {
    if (said.kind === 'found' || said.kind === 'replied')
      return { event: 'reconciled', ...common, reason: 'attached', ...attemptsIn(progress) };
    if (said.kind === 'absent') return undefined; // the search goes on, or the file is sent again: `succeeded` counts that
  }
  if (waitOf(step, said) === undefined && !isRepetition(said)) return undefined;
  return { event: 'retried', ...common, reason: said.kind, ...attemptsIn(progress), ...seenIn(said.seen, step) };
}

/** A session that has to be opened anew, or a border that the service sees elsewhere: no wait, but a repetition. */
const lost: ReadonlySet<string> = new Set(['sessionGone', 'wrongRange', 'wrongWay'] satisfies Outcome['kind'][]);
export const isRepetition = ({ kind }: Outcome): boolean => lost.has(kind);

/** For what the upload waits after this outcome; undefined: for nothing. Other refusals than a search's end the upload. */
export const waitOf = (step: Step, { kind }: Outcome): NonNullable<Wait['reason']> | undefined =>
  kind === 'refused' && step.do === 'findAttachment' ? 'incident' : waits[kind];

const waits: Partial<Record<Outcome['kind'], NonNullable<Wait['reason']>>> = {
  throttled: 'throttled',
  storageDown: 'storage',
  hostRefused: 'incident',
  notReady: 'incident',
  unclear: 'retry',
  crashed: 'retry',
  notDone: 'retry',
  itemNotFound: 'retry',
};

/** With this one. */
const attemptsIn = (progress: SavedProgress | undefined): Pick<LogLine, 'attempts'> =>
  progress ? { attempts: progress.tries.failed + 1 } : {};

function seenIn(seen: SeenProblem | undefined, step?: Step): Partial<LogLine> {
  if (!seen) return step ? { call: step.do } : {};
  const { call, status, code, fault, serviceRequestId, clientRequestId } = seen;
  const what = code ?? fault;
  return {
    call,
    ...(status === undefined ? {} : { status }),
    ...(what === undefined ? {} : { code: what }),
    ...(serviceRequestId === undefined ? {} : { serviceRequestId }),
    ...(clientRequestId === undefined ? {} : { clientRequestId }),
  };
}

/** How the upload ended; undefined while it runs. */
export function uploadEnded(record: UploadRecord, mailbox: string | undefined): LogLine | undefined {
  const { request, end, facts } = record;
  if (!end) return undefined;
  const { status, error, attachment, endedAt, lastProblem } = end;
  const isUnknown = error?.code === 'OutcomeUnknown';
  const problem = status === 'succeeded' ? undefined : lastProblem;
  const serviceRequestId = problem?.serviceRequestId ?? error?.serviceRequestId ?? end.requestId;
  return {
    event: isUnknown ? 'unknown' : status,
    ...ofUpload(request, mailbox),
    source: request.source,
    bytes: status === 'succeeded' ? (request.sizeBytes ?? 0) : end.bytesSent,
    durationMs: endedAt - request.createdAt,
    attempts: facts.commits,
    ...(error ? { code: error.code } : {}),
    ...(problem ? { call: problem.call } : {}),
    ...(problem?.status === undefined ? {} : { status: problem.status }),
    ...(attachment ? { method: attachment.method, verified: attachment.verified } : {}),
    leftBehind: leavesSomething(end),
    ...(serviceRequestId === undefined ? {} : { serviceRequestId }),
    ...(problem?.clientRequestId === undefined ? {} : { clientRequestId: problem.clientRequestId }),
  };
}

const leavesSomething = ({ error, warnings }: UploadEnd): boolean =>
  (error?.leftBehind?.length ?? 0) > 0 || warnings.some(({ code }) => code === 'LeftBehind');

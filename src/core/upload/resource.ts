import type { LastProblem, Warning } from '../job/story';
import type { Requester, UploadEnd, UploadRecord } from './record';
import { httpStatusOf, isRetryable, Problem, problemTypeOf } from '../errors';

export type WaitingFor = 'mailbox' | 'throttled' | 'retry' | 'incident' | 'storage';

/** The orchestration's custom status: small (the platform fails an instance above 16 KB of UTF-16), no secret can enter it. */
export interface LiveStatus {
  readonly status: 'running' | 'waiting' | 'cancelling';
  readonly waitingFor?: WaitingFor;
  /** ms since 1970; undefined where nobody knows. */
  readonly waitingUntil?: number;
  /** When the orchestration will do its next step (ms): the watch ends one that is long overdue. */
  readonly dueAt: number;
  readonly bytesSent: number;
  readonly updatedAt: number;
  /** As `TimelineEntry`, in tuples to stay small. */
  readonly timeline: readonly (readonly [at: number, event: string, detail?: string])[];
  readonly lastProblem?: LastProblem;
}

/** How the callback of an upload or delivery stands. */
export interface CallbackView {
  readonly status: 'pending' | 'delivered' | 'failed';
  readonly attempts: number;
  readonly lastStatus: number | null;
  readonly nextAttemptAt: number | null;
}

/** What else decides how a resource is shown. */
export interface Shown {
  /** Where its links lead; default: the door of programs. */
  readonly door?: '/api' | '/my';
  readonly callback?: CallbackView | undefined;
}

/** The custom status as Durable gives it back; undefined where there is none yet. Only our orchestrator writes it. */
export function parseLiveStatus(value: unknown): LiveStatus | undefined {
  const isLive = typeof value === 'object' && value !== null && 'status' in value && 'timeline' in value;
  return isLive ? (value as LiveStatus) : undefined;
}

/** The public upload resource. */
export function uploadResource(
  record: UploadRecord,
  live: LiveStatus | undefined,
  { door = '/api', callback }: Shown = {},
): Record<string, unknown> {
  const { request, end } = record;
  const bytesSent = end?.bytesSent ?? live?.bytesSent ?? 0;
  const bytesTotal = request.sizeBytes ?? request.resource?.jsonBytes ?? 0;
  const updatedAt = end ? end.endedAt : Math.max(record.updatedAt, live?.updatedAt ?? 0);
  const timeline = end?.timeline ?? live?.timeline.map(([at, event, detail]) => ({ at, event, detail })) ?? [];
  return {
    id: record.id,
    status: statusOf(record, live),
    ...(end === undefined ? liveMembers(record, live) : {}),
    blob: request.blob ? `${request.blob.container}/${request.blob.name}` : null,
    item: request.item,
    name: request.name,
    contentType: request.contentType,
    isInline: request.isInline,
    ...member('contentId', request.contentId),
    size: request.sizeBytes,
    reference: request.reference,
    source: request.source,
    ...member('delivery', request.delivery),
    requestedBy: requesterName(request.requestedBy),
    ...member('retryOf', request.retryOf),
    progress: { bytesSent, bytesTotal, percent: percent(bytesSent, bytesTotal, end?.status === 'succeeded') },
    warnings: (end?.warnings ?? request.warnings).map((w: Warning) => ({ code: w.code, detail: w.detail })),
    ...(end?.status === 'succeeded' ? { attachment: end.attachment ? attachmentMember(end.attachment) : null } : {}),
    ...member('removedAt', isoOrUndefined(record.removedAt)),
    ...(end?.status === 'failed' && end.error ? { error: problemBody(end.error, `${door}/uploads/${record.id}`) } : {}),
    ...member('callback', callback && callbackMember(callback)),
    timeline: timeline.map(({ at, event, detail }) => ({
      at: new Date(at).toISOString(),
      event,
      ...member('detail', detail),
    })),
    createdAt: new Date(request.createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
    links: linksOf(record, `${door}/uploads/${record.id}`),
  };
}

/** Its id is the one that Graph lists under `Prefer: IdType="ImmutableId"`. */
const attachmentMember = ({ id, ...rest }: NonNullable<UploadEnd['attachment']>): Record<string, unknown> => ({
  id,
  ...(id === null ? {} : { idKind: 'immutable' }),
  ...rest,
});

/** What is told of an upload only until it ends. */
function liveMembers(record: UploadRecord, live: LiveStatus | undefined): Record<string, unknown> {
  const waits = live?.status === 'waiting' && record.cancelRequestedAt === undefined;
  return {
    ...(waits ? { waitingFor: live.waitingFor, waitingUntil: isoOrNull(live.waitingUntil) } : {}),
    ...member('lastProblem', live?.lastProblem && problemMember(live.lastProblem)),
  };
}

const problemMember = ({ at, call, ...problem }: LastProblem): Record<string, unknown> => ({
  what: call,
  ...problem,
  at: new Date(at).toISOString(),
});

export const callbackMember = ({ nextAttemptAt, ...callback }: CallbackView): Record<string, unknown> => ({
  ...callback,
  nextAttemptAt: isoOrNull(nextAttemptAt ?? undefined),
});

/** Only what can be done: cancel until the end, the attachment while it is there. */
function linksOf(record: UploadRecord, self: string): Record<string, string> {
  const { end } = record;
  return {
    self,
    ...(end === undefined ? { cancel: self } : {}),
    ...(isAttached(record) && typeof end?.attachment?.id === 'string' ? { attachment: `${self}/attachment` } : {}),
  };
}

/** It succeeded, and nothing that we know of has taken it off the item since. */
export const isAttached = ({ end, removedAt }: UploadRecord): boolean =>
  end?.status === 'succeeded' && removedAt === undefined && !end.warnings.some(({ code }) => code === 'RemovedAgain');

/** A person's name, or the id where the directory tells none; null for a program. */
export const requesterName = (requester: Requester | undefined): string | null =>
  requester ? (requester.name ?? requester.id) : null;

/** What the public sees of an upload's state. */
export function statusOf(record: UploadRecord, live: LiveStatus | undefined): string {
  if (record.end) return record.end.status;
  if (record.cancelRequestedAt !== undefined) return 'cancelling';
  return live?.status ?? (record.run === undefined ? 'queued' : 'running');
}

/** RFC 9457 members of a problem, without `requestId` (a response adds its own). */
export function problemBody(problem: Problem, instance: string): Record<string, unknown> {
  return {
    type: problemTypeOf(problem.code),
    title: problem.code.replace(/([a-z])([A-Z])/g, '$1 $2'),
    status: httpStatusOf(problem.code),
    detail: problem.detail,
    instance,
    code: problem.code,
    retryable: isRetryable(problem.code),
    ...(problem.errors ? { errors: problem.errors } : {}),
    ...(problem.serviceRequestId === undefined ? {} : { serviceRequestId: problem.serviceRequestId }),
    ...(problem.leftBehind && problem.leftBehind.length > 0 ? { leftBehind: problem.leftBehind } : {}),
  };
}

/** A member of a resource; nothing where its value is undefined. */
export const member = (name: string, value: unknown): Record<string, unknown> =>
  value === undefined ? {} : { [name]: value };

const isoOrUndefined = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : new Date(ms).toISOString();
const isoOrNull = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString());

function percent(sent: number, total: number, succeeded: boolean): number {
  if (succeeded) return 100;
  return total === 0 ? 0 : Math.floor((100 * sent) / total);
}

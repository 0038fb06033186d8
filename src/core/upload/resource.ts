import type { LastProblem, Warning } from '../job/story';
import type { UploadRecord } from './record';
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

/** The custom status as Durable gives it back; undefined where there is none yet. Only our orchestrator writes it. */
export function parseLiveStatus(value: unknown): LiveStatus | undefined {
  const isLive = typeof value === 'object' && value !== null && 'status' in value && 'timeline' in value;
  return isLive ? (value as LiveStatus) : undefined;
}

/** The public upload resource. */
export function uploadResource(record: UploadRecord, live: LiveStatus | undefined): Record<string, unknown> {
  const { request, end } = record;
  const bytesSent = end?.bytesSent ?? live?.bytesSent ?? 0;
  const bytesTotal = request.sizeBytes ?? request.resource?.jsonBytes ?? 0;
  const updatedAt = end ? end.endedAt : Math.max(record.updatedAt, live?.updatedAt ?? 0);
  const timeline = end?.timeline ?? live?.timeline.map(([at, event, detail]) => ({ at, event, detail })) ?? [];
  return {
    id: record.id,
    status: statusOf(record, live),
    ...(end === undefined && live?.status === 'waiting' && record.cancelRequestedAt === undefined
      ? { waitingFor: live.waitingFor, waitingUntil: isoOrNull(live.waitingUntil), ...lastProblem(live) }
      : {}),
    blob: request.blob ? `${request.blob.container}/${request.blob.name}` : null,
    item: request.item,
    name: request.name,
    contentType: request.contentType,
    isInline: request.isInline,
    ...(request.contentId === undefined ? {} : { contentId: request.contentId }),
    size: request.sizeBytes,
    reference: request.reference,
    source: request.source,
    ...(request.delivery === undefined ? {} : { delivery: request.delivery }),
    progress: { bytesSent, bytesTotal, percent: percent(bytesSent, bytesTotal, end?.status === 'succeeded') },
    warnings: (end?.warnings ?? request.warnings).map((w: Warning) => ({ code: w.code, detail: w.detail })),
    ...(end?.status === 'succeeded' ? { attachment: end.attachment ?? null } : {}),
    ...(end?.status === 'failed' && end.error ? { error: problemBody(end.error, `/api/uploads/${record.id}`) } : {}),
    timeline: timeline.map(({ at, event, detail }) => ({
      at: new Date(at).toISOString(),
      event,
      ...(detail === undefined ? {} : { detail }),
    })),
    createdAt: new Date(request.createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
    links: { self: `/api/uploads/${record.id}`, cancel: `/api/uploads/${record.id}` },
  };
}

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

/** The last answer that was no success, for people who wait. */
const lastProblem = ({ lastProblem: last }: LiveStatus): Record<string, unknown> =>
  last ? { lastProblem: { ...last, at: new Date(last.at).toISOString() } } : {};

const isoOrNull = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString());

function percent(sent: number, total: number, succeeded: boolean): number {
  if (succeeded) return 100;
  return total === 0 ? 0 : Math.floor((100 * sent) / total);
}

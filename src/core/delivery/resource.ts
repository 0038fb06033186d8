import type { DeliveryRecord } from './record';
import type { Warning } from '../job/story';
import type { UploadRecord } from '../upload/record';
import {
  callbackMember,
  LiveStatus,
  member,
  problemBody,
  requesterName,
  Shown,
  uploadResource,
  WaitingFor,
} from '../upload/resource';

/** The custom status of a delivery's orchestration: as small as an upload's, and as free of secrets. */
export interface DeliveryLive {
  readonly status: 'running' | 'waiting' | 'cancelling';
  readonly waitingFor?: WaitingFor;
  readonly waitingUntil?: number;
  /** When the next step is due: what is overdue for long is stuck. */
  readonly dueAt?: number;
  readonly updatedAt: number;
  readonly timeline: readonly (readonly [at: number, event: string, detail?: string])[];
}

/** A custom status as it comes back from the platform; undefined where it is none of a delivery. */
export function parseDeliveryLive(value: unknown): DeliveryLive | undefined {
  const isLive = typeof value === 'object' && value !== null && 'status' in value && 'timeline' in value;
  return isLive ? (value as DeliveryLive) : undefined; // written by deliveryLive only
}

/** An upload of the delivery with what its orchestration says, if it runs. */
export interface UploadSeen {
  readonly record: UploadRecord;
  readonly live?: LiveStatus | undefined;
}

/** The public delivery resource; its uploads in the order in which they were asked for. */
export function deliveryResource(
  record: DeliveryRecord,
  uploads: readonly UploadSeen[],
  live?: DeliveryLive,
  { door = '/api', callback }: Shown = {},
): Record<string, unknown> {
  const { request, end } = record;
  const resources = uploads.map((upload) => uploadResource(upload.record, upload.live, { door }));
  const self = `${door}/deliveries/${record.id}`;
  const timeline = end?.timeline ?? live?.timeline.map(([at, event, detail]) => ({ at, event, detail })) ?? [];
  return {
    id: record.id,
    status: deliveryStatusOf(record, live),
    ...waiting(record, live),
    item: deliveryItem(record),
    ...(request.target.kind === 'newDraft' ? { mailbox: request.target.mailbox } : {}),
    uploads: resources,
    send: request.send,
    sent: sentOf(record),
    ...isoMember('sentAt', end?.sentAt ?? record.facts.sentAt),
    onFailure: request.onFailure,
    reference: request.reference,
    source: request.source,
    requestedBy: requesterName(request.requestedBy),
    progress: progressOf(uploads, resources),
    warnings: warningsOf(record).map(({ code, detail }) => ({ code, detail })),
    ...(end?.error ? { error: problemBody(end.error, self) } : {}),
    ...member('callback', callback && callbackMember(callback)),
    timeline: timeline.map(({ at, event, detail }) => ({
      at: new Date(at).toISOString(),
      event,
      ...(detail === undefined ? {} : { detail }),
    })),
    createdAt: new Date(request.createdAt).toISOString(),
    updatedAt: new Date(updatedAt(record, uploads, live)).toISOString(),
    links: { self, ...(end === undefined ? { cancel: self } : {}) },
  };
}

/** What was known when it was accepted, and what came to light since; a code once, with its latest words. */
function warningsOf({ request, end }: DeliveryRecord): readonly Warning[] {
  const later = end?.warnings ?? [];
  return [...request.warnings.filter(({ code }) => !later.some((one) => one.code === code)), ...later];
}

/** What the public sees of a delivery's state. */
export function deliveryStatusOf(record: DeliveryRecord, live: DeliveryLive | undefined): string {
  if (record.end) return record.end.status;
  if (record.cancelRequestedAt !== undefined) return 'cancelling';
  return live?.status ?? (record.run === undefined ? 'queued' : 'running');
}

/** The item as it was written, or the draft that was made; null while there is none. */
export function deliveryItem({ request, facts, end }: DeliveryRecord): string | null {
  if (end) return end.item;
  return request.target.kind === 'item' ? request.target.item : (facts.draft?.item ?? null);
}

/** Whether it was sent: null where that is unknown for good. */
export const sentOf = ({ end, facts }: DeliveryRecord): boolean | null => (end ? end.sent : facts.sentAt !== undefined);

function waiting(record: DeliveryRecord, live: DeliveryLive | undefined): Record<string, unknown> {
  if (deliveryStatusOf(record, live) !== 'waiting') return {};
  const until = live?.waitingUntil;
  return {
    waitingFor: live?.waitingFor,
    waitingUntil: until === undefined ? null : new Date(until).toISOString(),
  };
}

function progressOf(uploads: readonly UploadSeen[], resources: readonly Record<string, unknown>[]) {
  const sum = (name: 'bytesSent' | 'bytesTotal'): number =>
    resources.reduce((total, { progress }) => total + (progress as { bytesSent: number; bytesTotal: number })[name], 0);
  const [bytesSent, bytesTotal] = [sum('bytesSent'), sum('bytesTotal')];
  return {
    filesAttached: uploads.filter(({ record }) => record.end?.status === 'succeeded').length,
    filesTotal: uploads.length,
    bytesSent,
    bytesTotal,
    percent: bytesTotal === 0 ? 0 : Math.floor((100 * bytesSent) / bytesTotal),
  };
}

function updatedAt(record: DeliveryRecord, uploads: readonly UploadSeen[], live: DeliveryLive | undefined): number {
  if (record.end) return record.end.endedAt;
  const ofUploads = uploads.map((upload) => Math.max(upload.record.updatedAt, upload.live?.updatedAt ?? 0));
  return Math.max(record.updatedAt, live?.updatedAt ?? 0, ...ofUploads);
}

const isoMember = (name: string, ms: number | undefined): Record<string, string> =>
  ms === undefined ? {} : { [name]: new Date(ms).toISOString() };

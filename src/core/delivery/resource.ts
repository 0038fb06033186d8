import type { DeliveryRecord } from './record';
import type { UploadRecord } from '../upload/record';
import { LiveStatus, problemBody, uploadResource, WaitingFor } from '../upload/resource';

export type DeliveryEvent =
  | 'started'
  | 'draftCreated'
  | 'reconciling'
  | 'attached'
  | 'throttled'
  | 'marked'
  | 'sending'
  | 'sent'
  | 'cancelRequested'
  | 'cleaningUp'
  | 'attachmentRemoved'
  | 'draftDeleted'
  | 'notified'
  | 'reconciled'
  | 'resumed'
  | 'storageUnreachable';

export interface DeliveryTimelineEntry {
  readonly at: number;
  readonly event: DeliveryEvent;
  readonly detail?: string;
}

/** The custom status of a delivery's orchestration: as small as an upload's, and as free of secrets. */
export interface DeliveryLive {
  readonly status: 'running' | 'waiting' | 'cancelling';
  readonly waitingFor?: WaitingFor;
  readonly waitingUntil?: number;
  readonly updatedAt: number;
  readonly timeline: readonly (readonly [at: number, event: DeliveryEvent, detail?: string])[];
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

/** The public delivery resource of contract.md section 5; its uploads in the order in which they were asked for. */
export function deliveryResource(
  record: DeliveryRecord,
  uploads: readonly UploadSeen[],
  live?: DeliveryLive,
): Record<string, unknown> {
  const { request, end } = record;
  const resources = uploads.map((upload) => uploadResource(upload.record, upload.live));
  const self = `/api/deliveries/${record.id}`;
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
    ...isoMember('sentAt', end?.sentAt ?? record.sending?.sentAt),
    onFailure: request.onFailure,
    reference: request.reference,
    source: request.source,
    progress: progressOf(uploads, resources),
    warnings: request.warnings.map(({ code, detail }) => ({ code, detail })),
    ...(end?.error ? { error: problemBody(end.error, self) } : {}),
    timeline: timeline.map(({ at, event, detail }) => ({
      at: new Date(at).toISOString(),
      event,
      ...(detail === undefined ? {} : { detail }),
    })),
    createdAt: new Date(request.createdAt).toISOString(),
    updatedAt: new Date(updatedAt(record, uploads, live)).toISOString(),
    links: { self, cancel: self },
  };
}

/** What the public sees of a delivery's state. */
export function deliveryStatusOf(record: DeliveryRecord, live: DeliveryLive | undefined): string {
  if (record.end) return record.end.status;
  if (record.cancelRequestedAt !== undefined) return 'cancelling';
  return live?.status ?? (record.claimedBy === undefined ? 'queued' : 'running');
}

/** The item as it was written, or the draft that was made; null while there is none. */
export function deliveryItem({ request, draft, end }: DeliveryRecord): string | null {
  if (end) return end.item;
  return request.target.kind === 'item' ? request.target.item : (draft?.item ?? null);
}

/** Whether it was sent: null where that is unknown for good. */
export const sentOf = ({ end, sending }: DeliveryRecord): boolean | null =>
  end ? end.sent : sending?.sentAt !== undefined;

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

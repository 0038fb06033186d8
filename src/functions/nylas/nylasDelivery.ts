import type { DeliveryRecord } from '../../core/delivery/record';
import { mailboxKey, parseItemPath } from '../../core/items/path';
import type { Grant } from '../../core/nylas/grant';
import { messageResource, NylasMessage, ShownAttachment } from '../../core/nylas/message';
import { parseMailbox } from '../../core/items/mailbox';
import { deliveryItem } from '../../core/delivery/resource';
import type { HttpDependencies } from '../api/serve';
import type { NylasReply } from './nylasWire';

/** Nylas' clients give up after 90 s. */
export const waitMs = 75_000;
const shortestPollMs = 50;
const longestPollMs = 400;

/** Looks at a delivery until `enough` says so or time is up; as it is then. */
export async function deliveryOnce(
  record: DeliveryRecord,
  enough: (record: DeliveryRecord) => boolean,
  until: number,
  { deliveries, clock, sleep }: HttpDependencies,
): Promise<DeliveryRecord> {
  let now = record;
  for (let pollMs = shortestPollMs; !enough(now) && clock() < until; pollMs = Math.min(pollMs * 1.5, longestPollMs)) {
    await sleep(Math.min(pollMs, Math.max(until - clock(), 0)));
    now = (await deliveries.get(record.id))?.value ?? now;
  }
  return now;
}

export const hasEnded = ({ end }: DeliveryRecord): boolean => end !== undefined;

/** 200: it was sent, with the message as it is known. */
export async function sentReply(
  record: DeliveryRecord,
  message: NylasMessage | undefined,
  grant: Grant,
  deps: HttpDependencies,
): Promise<NylasReply> {
  const data = await shownMessage('message', record, message, grant, deps);
  return { status: 200, body: { grant_id: grant.text, data: { ...data, schedule_id: '' } } };
}

/** 202 in Nylas' scheduled shape: it will be sent as soon as it can be; the schedule tells. */
export async function pendingReply(
  scheduleId: string,
  record: DeliveryRecord | undefined,
  message: NylasMessage | undefined,
  grant: Grant,
  deps: HttpDependencies,
): Promise<NylasReply> {
  const data = record
    ? await shownMessage('message', record, message, grant, deps)
    : { grant_id: grant.text, object: 'message' };
  const schedule = { schedule_id: scheduleId, send_at: seconds(deps.clock()), use_draft: false };
  return { status: 202, body: { ...schedule, grant_id: grant.text, data: { ...data, ...schedule } } };
}

/** The message or draft of a delivery; without `message` only what the delivery itself knows. */
export async function shownMessage(
  object: 'message' | 'draft',
  record: DeliveryRecord,
  message: NylasMessage | undefined,
  grant: Grant,
  deps: HttpDependencies,
): Promise<Record<string, unknown>> {
  const at = record.end?.sentAt ?? record.request.createdAt;
  const id = messageIdOf(record);
  if (!message) return { id, object, grant_id: grant.text, date: seconds(at) };
  return messageResource(object, message, {
    id,
    grant: grant.text,
    at,
    attachments: await attachmentsOf(record, deps),
  });
}

async function attachmentsOf({ request }: DeliveryRecord, { records }: HttpDependencies): Promise<ShownAttachment[]> {
  const uploads = await Promise.all(request.uploads.map((id) => records.get(id)));
  return uploads.flatMap((upload) => {
    if (!upload) return [];
    const { id, request: file, end } = upload.value;
    const { name: filename, contentType, sizeBytes, isInline, contentId } = file;
    const shown = { id: end?.attachment?.id ?? id, filename, contentType, sizeBytes, isInline };
    return [contentId === undefined ? shown : { ...shown, contentId }];
  });
}

/** The message's Graph id: immutable, so the sent copy has it too. Empty where there is none. */
export function messageIdOf(record: DeliveryRecord): string {
  const parsed = parseItemPath(deliveryItem(record) ?? '');
  return parsed.ok ? (parsed.item.segments.at(-1) ?? '') : '';
}

/** The grant that a delivery of the facade belongs to. */
export function grantKeyOf({ request: { target } }: DeliveryRecord): string | undefined {
  if (target.kind === 'newDraft') {
    const mailbox = parseMailbox(target.mailbox);
    return mailbox && mailboxKey(mailbox.anyMessage);
  }
  const parsed = parseItemPath(target.kind === 'item' ? target.item : target.kind === 'reply' ? target.to : target.of);
  return parsed.ok ? mailboxKey(parsed.item) : undefined;
}

const seconds = (ms: number): number => Math.floor(ms / 1000);

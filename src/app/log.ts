import { createHash } from 'node:crypto';
import { itemOfDelivery, mailboxOfDelivery } from '../core/delivery/item';
import type { DeliveryRecord } from '../core/delivery/record';
import { mailboxKey, parseItemPath } from '../core/items/path';
import { LogLine, printLine } from '../core/job/log';
import { uploadWaits } from '../core/upload/log';
import type { UploadRequest } from '../core/upload/record';
import type { WaitingFor } from '../core/upload/resource';
import type { Dependencies } from '../dependencies';
import { updateRecord } from './jobs/records';

export type Log = (line: LogLine) => void;

/**
 * Writes lines through an invocation's logger, so that they become traces of Application Insights. At the level Warning: host.json
 * switches off Information of activities, because Durable tells each of their starts and ends at that level, in the same category.
 */
export const logTo =
  (context: { warn(text: string): void }): Log =>
  (line) =>
    context.warn(printLine(line));

const hash = (mailbox: string): string => createHash('sha256').update(mailbox).digest('hex').slice(0, 16);

/** The mailbox as the request names it: one under two names has two hashes. Undefined while there is no item. */
export function mailboxHash({ item }: Pick<UploadRequest, 'item'>): string | undefined {
  const parsed = item === null ? undefined : parseItemPath(item);
  return parsed?.ok ? hash(mailboxKey(parsed.item)) : undefined;
}

export function deliveryMailboxHash(record: DeliveryRecord): string {
  const isThere = record.request.target.kind === 'item'; // perhaps in a group, which has no mailbox
  return hash(mailboxKey(isThere ? itemOfDelivery(record) : mailboxOfDelivery(record).anyMessage));
}

/** Logs that the upload waits, once a reason: the record arbitrates. What storage does not answer is not told. */
export async function logWaiting(
  request: UploadRequest,
  reason: WaitingFor,
  records: Pick<Dependencies['records'], 'get' | 'replace'>,
  log: Log,
): Promise<void> {
  const first = { is: false };
  const told = await updateRecord(records, request.id, (record) => {
    const { waitedFor = [] } = record;
    first.is = !record.end && !waitedFor.includes(reason);
    return first.is ? { ...record, waitedFor: [...waitedFor, reason] } : undefined;
  }).catch(() => undefined);
  if (told && first.is) log(uploadWaits(request, mailboxHash(request), reason));
}

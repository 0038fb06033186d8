import { draftLook } from '../../../app/deliveries/draftLook';
import { deliveryOutcome } from '../../../app/deliveries/outcome';
import { itemOfDelivery } from '../../../core/delivery/item';
import type { UploadRecord } from '../../../core/upload/record';
import { readFailure } from '../../../core/wire/failure';
import type { ListedAttachment } from '../../../core/wire/ports';
import type { Dependencies } from '../../../dependencies';
import { DeliveryCall, DeliverySaid, deliveryActivity } from './step';

/**
 * Just before the send: every file of the delivery is on the item, by its id and with at least its size, and the message is
 * still a draft: one that somebody sent has gone without the files that came later.
 */
export async function listFiles({ record }: DeliveryCall<'listFiles'>, deps: Dependencies): Promise<DeliverySaid> {
  const uploads = await Promise.all(record.request.uploads.map((id) => deps.records.get(id)));
  const item = itemOfDelivery(record);
  const listed = await deps.attachments.list(item);
  if (listed.kind !== 'list') return deliveryOutcome(readFailure('list', listed, deps.clock()));
  const byId = new Map(listed.attachments.map((one) => [one.id, one]));
  const missing = uploads.flatMap((upload, index) => {
    if (upload && isThere(upload.value, byId)) return [];
    return [upload?.value.request.name ?? `file ${index + 1}`];
  });
  const { send } = record.request;
  const seen = send ? await draftLook(item, deps) : 'draft';
  if (typeof seen === 'object') return deliveryOutcome(seen);
  if (seen === 'gone') return { kind: 'itemNotFound' };
  return seen === 'draft' ? { kind: 'listed', missing } : { kind: 'noDraft', isSendBegun: record.facts.sendsBegun > 0 };
}

function isThere({ request, end }: UploadRecord, listed: ReadonlyMap<string, ListedAttachment>): boolean {
  const found = listed.get(end?.attachment?.id ?? '');
  return found !== undefined && (found.sizeBytes ?? Infinity) >= (request.sizeBytes ?? 0);
}

deliveryActivity('listFiles', listFiles);

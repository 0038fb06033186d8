import type { DeliveryOutcome } from '../../core/delivery/machine/deliveryOutcome';
import type { DeliveryRecord } from '../../core/delivery/record';
import { messagePath } from '../../core/items/mailbox';
import { parseItemPath } from '../../core/items/path';
import type { Dependencies } from '../../dependencies';
import { updateOurs } from './updateOurs';
import { mailboxOfDelivery } from '../../core/delivery/item';
import { updateRecord } from '../jobs/records';

/**
 * Takes a draft as the delivery's own: onto the record first, then every upload learns where it goes. Can be entered
 * twice. A draft beside the one on the record is a surplus one; it is deleted.
 */
export async function adoptDraft(
  record: DeliveryRecord,
  execution: string,
  draftId: string,
  deps: Dependencies,
): Promise<DeliveryOutcome> {
  const item = messagePath(mailboxOfDelivery(record), draftId);
  const { stored } = await updateOurs(deps, record.id, execution, (now) =>
    now.draft || now.closed ? undefined : { ...now, draft: { id: draftId, item } },
  );
  if (stored?.draft?.id === draftId) return draftKnown(stored.draft, record.request.uploads, deps);
  const parsed = parseItemPath(item);
  if (parsed.ok) await deps.messages.remove(parsed.item);
  return { kind: 'uncertain' }; // another run of ours, or another execution, has the word, or it is too late
}

/** The draft is on the record: tells the uploads. */
export async function draftKnown(
  { item }: NonNullable<DeliveryRecord['draft']>,
  uploads: readonly string[],
  deps: Dependencies,
): Promise<DeliveryOutcome> {
  const place = (id: string) =>
    updateRecord(deps.records, id, (record) =>
      record.request.item === null
        ? { ...record, request: { ...record.request, item }, updatedAt: deps.clock() }
        : undefined,
    );
  await Promise.all(uploads.map(place));
  return { kind: 'drafted', item };
}

import { markProperty } from '../../../core/delivery/mark';
import type { DeliveryOutcome } from '../../../core/delivery/machine/deliveryOutcome';
import { readMessageReply } from '../../../core/wire/deliveryReplies';
import type { Dependencies } from '../../../dependencies';
import { mailboxOfDelivery } from '../../../core/delivery/item';
import { DeliveryCall, deliveryActivity } from './step';
import { adoptDraft, draftKnown } from '../../../app/deliveries/drafts';

/** After an unclear end of createDraft: looks for the draft by its mark, in Drafts and, if somebody sent it, in Sent Items. */
export async function findDraft(
  { record, execution }: DeliveryCall<'findDraft'>,
  deps: Dependencies,
): Promise<DeliveryOutcome> {
  if (record.draft) return draftKnown(record.draft, record.request.uploads, deps);
  for (const folder of ['drafts', 'sentitems'] as const) {
    const found = await deps.messages.findMarked(mailboxOfDelivery(record), folder, markProperty, record.id);
    if (found.kind !== 'messages') return readMessageReply('look', found, deps.clock());
    const first = found.messages[0];
    if (first) return adoptDraft(record, execution, first.id, deps);
  }
  return { kind: 'absent' };
}

deliveryActivity('findDraft', findDraft);

import { markProperty } from '../../core/deliveryMark';
import type { DeliveryOutcome } from '../../core/deliveryOutcome';
import { readMessageReply } from '../../core/deliveryReplies';
import type { Dependencies } from '../../dependencies';
import { DeliveryCall, deliveryActivity, mailboxOfDelivery } from './deliveryActivity';
import { adoptDraft, draftKnown } from './draftAdoption';

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

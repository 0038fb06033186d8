import { adoptDraft, draftKnown } from '../../../app/deliveries/drafts';
import { deliveryOutcome } from '../../../app/deliveries/outcome';
import { mailboxOfDelivery } from '../../../core/delivery/item';
import { markProperty } from '../../../core/delivery/mark';
import { readFailure } from '../../../core/wire/failure';
import type { Dependencies } from '../../../dependencies';
import { DeliveryCall, DeliverySaid, deliveryActivity } from './step';

/**
 * After an unclear end of createDraft: looks for the draft by its mark, in Drafts and, if somebody sent it, in Sent Items.
 * A reply or forward carries none yet: of drafts that are there nothing proves whose they are.
 */
export async function findDraft(
  { record, token, progress }: DeliveryCall<'findDraft'>,
  deps: Dependencies,
): Promise<DeliverySaid> {
  const { draft } = record.facts;
  if (draft) return draftKnown(draft, record.request.uploads, deps);
  if (progress.plan.makes !== 'message' || progress.mark === 'impossible') return { kind: 'absent' };
  for (const folder of ['drafts', 'sentitems'] as const) {
    const found = await deps.messages.findMarked(mailboxOfDelivery(record), folder, markProperty, record.id);
    if (found.kind !== 'messages') return deliveryOutcome(readFailure('lookForMessage', found, deps.clock()));
    const [first] = found.messages;
    if (first) return adoptDraft(record, token, { id: first.id, isMarked: true }, deps);
  }
  return { kind: 'absent' };
}

deliveryActivity('findDraft', findDraft);

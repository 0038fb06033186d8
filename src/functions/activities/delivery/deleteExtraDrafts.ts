import { deliveryOutcome } from '../../../app/deliveries/outcome';
import { mailboxOfDelivery } from '../../../core/delivery/item';
import { markProperty } from '../../../core/delivery/mark';
import { messagePath } from '../../../core/items/mailbox';
import { parseItemPath } from '../../../core/items/path';
import { readFailure } from '../../../core/wire/failure';
import { readRemoved } from '../../../core/wire/success';
import type { Dependencies } from '../../../dependencies';
import { DeliveryCall, DeliverySaid, deliveryActivity } from './step';

/**
 * At the end: further drafts with our mark, left by a createDraft whose answer was lost and that was committed late. Ours is
 * kept, but only where the same search shows it: otherwise nothing tells which one is too many. What carries no mark is told.
 */
export async function deleteExtraDrafts(
  { record, step, progress, turn }: DeliveryCall<'deleteExtraDrafts'>,
  deps: Dependencies,
): Promise<DeliverySaid> {
  if (turn === 'late') return { kind: 'unclear' };
  if (progress.plan.makes !== 'message' || progress.mark === 'impossible')
    return { kind: 'swept', leftBehind: [unmarked] };
  const mailbox = mailboxOfDelivery(record);
  const find = (folder: 'drafts' | 'sentitems') => deps.messages.findMarked(mailbox, folder, markProperty, record.id);
  const [drafts, sent] = [await find('drafts'), await find('sentitems')];
  if (drafts.kind !== 'messages') return deliveryOutcome(readFailure('lookForMessage', drafts, deps.clock()));
  if (sent.kind !== 'messages') return deliveryOutcome(readFailure('lookForMessage', sent, deps.clock()));
  const ours = step.keepsOurs ? record.facts.draft?.id : undefined;
  const extra = drafts.messages.filter(({ id }) => id !== ours);
  if (extra.length === 0) return { kind: 'swept', leftBehind: [] };
  const isOursSeen = sent.messages.length > 0 || drafts.messages.length > extra.length;
  if (ours !== undefined && !isOursSeen) return { kind: 'swept', leftBehind: ['perhaps a second draft'] };
  for (const { id } of extra) {
    const parsed = parseItemPath(messagePath(mailbox, id));
    if (!parsed.ok) continue;
    const reply = await deps.messages.remove(parsed.item);
    const failure = readRemoved(reply) ? undefined : readFailure('deleteDraft', reply, deps.clock());
    if (failure && failure.kind !== 'gone') return deliveryOutcome(failure);
  }
  return { kind: 'swept', leftBehind: [] };
}

const unmarked = 'perhaps a second draft, without a mark: the answer to its making was lost';

deliveryActivity('deleteExtraDrafts', deleteExtraDrafts);

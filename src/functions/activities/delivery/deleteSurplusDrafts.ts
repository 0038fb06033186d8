import { markProperty } from '../../../core/delivery/mark';
import type { DeliveryOutcome } from '../../../core/delivery/machine/deliveryOutcome';
import { messagePath } from '../../../core/items/mailbox';
import { readMessageReply } from '../../../core/wire/deliveryReplies';
import { parseItemPath } from '../../../core/items/path';
import type { Dependencies } from '../../../dependencies';
import { mailboxOfDelivery } from '../../../core/delivery/item';
import { DeliveryCall, deliveryActivity } from './step';

/**
 * At the end: further drafts with our mark, left by a createDraft whose answer was lost and that was committed late. Ours
 * is kept, but only where the same search shows it by its id: otherwise nothing tells which one is the surplus.
 */
export async function deleteSurplusDrafts(
  { record, step }: DeliveryCall<'deleteSurplusDrafts'>,
  deps: Dependencies,
): Promise<DeliveryOutcome> {
  const mailbox = mailboxOfDelivery(record);
  const find = (folder: 'drafts' | 'sentitems') => deps.messages.findMarked(mailbox, folder, markProperty, record.id);
  const [drafts, sent] = [await find('drafts'), await find('sentitems')];
  if (drafts.kind !== 'messages') return readMessageReply('look', drafts, deps.clock());
  if (sent.kind !== 'messages') return readMessageReply('look', sent, deps.clock());
  const ours = step.keepsOurs ? record.draft?.id : undefined;
  const surplus = drafts.messages.filter(({ id }) => id !== ours);
  if (surplus.length === 0) return { kind: 'surplusGone', leftBehind: [] };
  if (ours !== undefined && ![...drafts.messages, ...sent.messages].some(({ id }) => id === ours))
    return { kind: 'surplusGone', leftBehind: ['perhaps a second draft'] };

  for (const { id } of surplus) {
    const parsed = parseItemPath(messagePath(mailbox, id));
    if (!parsed.ok) continue;
    const reply = await deps.messages.remove(parsed.item);
    const isGone = reply.kind === 'reply' && (reply.status < 300 || reply.status === 404);
    if (!isGone) return readMessageReply('remove', reply, deps.clock());
  }
  return { kind: 'surplusGone', leftBehind: [] };
}

deliveryActivity('deleteSurplusDrafts', deleteSurplusDrafts);

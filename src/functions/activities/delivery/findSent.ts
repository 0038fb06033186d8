import { markProperty } from '../../../core/delivery/mark';
import type { DeliveryOutcome } from '../../../core/delivery/machine/deliveryOutcome';
import { readMessageReply } from '../../../core/wire/deliveryReplies';
import type { Dependencies } from '../../../dependencies';
import { itemOfDelivery, mailboxOfDelivery } from '../../../core/delivery/item';
import { DeliveryCall, deliveryActivity } from './step';
import { noteSent } from './sendMessage';

/**
 * After an unclear send: looks for the marked message in Sent Items, and whether the message itself is a draft no more.
 * `absent` proves nothing: the service moves a message out of Drafts only some time after its 202.
 */
export async function findSent(
  { record, execution }: DeliveryCall<'findSent'>,
  deps: Dependencies,
): Promise<DeliveryOutcome> {
  if (record.sending?.sentAt !== undefined) return { kind: 'sent', at: record.sending.sentAt };
  const found = await deps.messages.findMarked(mailboxOfDelivery(record), 'sentitems', markProperty, record.id);
  if (found.kind !== 'messages') return readMessageReply('look', found, deps.clock());
  const copy = found.messages[0];
  if (copy) return noteSent(record.id, execution, copy.sentAt ?? deps.clock(), deps);

  const own = await deps.messages.read(itemOfDelivery(record));
  if (own.kind !== 'message') {
    const isGone = own.kind === 'reply' && own.status === 404; // on its way, or its id has changed with its folder
    return isGone ? { kind: 'absent' } : readMessageReply('look', own, deps.clock());
  }
  return own.message.isDraft
    ? { kind: 'absent' }
    : noteSent(record.id, execution, own.message.sentAt ?? deps.clock(), deps);
}

deliveryActivity('findSent', findSent);

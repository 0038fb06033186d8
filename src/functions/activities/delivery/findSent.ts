import { noteSent } from '../../../app/deliveries/announce';
import { deliveryOutcome } from '../../../app/deliveries/outcome';
import { itemOfDelivery, mailboxOfDelivery } from '../../../core/delivery/item';
import { markProperty } from '../../../core/delivery/mark';
import type { DeliveryRecord } from '../../../core/delivery/record';
import { readFailure } from '../../../core/wire/failure';
import type { WireReply } from '../../../core/wire/reply';
import type { MarkedMessage } from '../../../core/wire/resources';
import type { Dependencies } from '../../../dependencies';
import { DeliveryCall, DeliverySaid, deliveryActivity } from './step';

type Copies = { readonly kind: 'copies'; readonly copies: readonly MarkedMessage[] } | WireReply;

/**
 * After an unclear send: looks for the message in Sent Items by its mark, and by its internetMessageId where that is known, and
 * whether the message itself is a draft no more. Its id may have changed with its folder (docs/outlook-facts.md#immutable-ids).
 */
export async function findSent(
  { record, token, progress }: DeliveryCall<'findSent'>,
  deps: Dependencies,
): Promise<DeliverySaid> {
  if (record.facts.sentAt !== undefined) return { kind: 'sent', at: record.facts.sentAt };
  const found = await sentCopies(record, progress.mark === 'impossible', deps);
  if (found.kind !== 'copies') return deliveryOutcome(readFailure('lookForMessage', found, deps.clock()));
  const [copy] = found.copies;
  if (copy) return noteSent(record.id, token, copy.sentAt ?? deps.clock(), deps);

  const id = itemOfDelivery(record).segments.at(-1) ?? '';
  const own = await deps.messages.readMessageById(mailboxOfDelivery(record), id);
  if (own.kind !== 'read') {
    const failure = readFailure('lookForMessage', own, deps.clock());
    return failure.kind === 'itemNotFound' && !failure.mailbox ? { kind: 'gone' } : deliveryOutcome(failure);
  }
  return own.message.isDraft
    ? { kind: 'unsent', isOpen: record.facts.openSend !== undefined }
    : noteSent(record.id, token, own.message.sentAt ?? deps.clock(), deps);
}

async function sentCopies(record: DeliveryRecord, isUnmarked: boolean, { messages }: Dependencies): Promise<Copies> {
  const mailbox = mailboxOfDelivery(record);
  const { internetMessageId } = record.facts;
  if (!isUnmarked) {
    const marked = await messages.findMarked(mailbox, 'sentitems', markProperty, record.id);
    if (marked.kind !== 'messages') return marked;
    if (marked.messages.length > 0) return { kind: 'copies', copies: marked.messages };
  }
  if (internetMessageId === undefined) return { kind: 'copies', copies: [] };
  const found = await messages.findByInternetId(mailbox, internetMessageId);
  return found.kind === 'found' ? { kind: 'copies', copies: found.messages.filter(({ isDraft }) => !isDraft) } : found;
}

deliveryActivity('findSent', findSent);

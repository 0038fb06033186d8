import { noteSent } from '../../../app/deliveries/announce';
import { deliveryOutcome } from '../../../app/deliveries/outcome';
import { itemOfDelivery, mailboxOfDelivery } from '../../../core/delivery/item';
import { markProperty } from '../../../core/delivery/mark';
import type { DeliveryRecord } from '../../../core/delivery/record';
import { minutes } from '../../../core/retry';
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
  const ours = found.copies.find((copy) => !isOlder(copy, record));
  if (ours) return noteSent(record.id, token, ours.sentAt ?? deps.clock(), deps);
  if (found.copies.length > 0) return { kind: 'sentByOthers' };

  const id = itemOfDelivery(record).segments.at(-1) ?? '';
  const own = await deps.messages.readMessageById(mailboxOfDelivery(record), id);
  if (own.kind !== 'read') {
    const failure = readFailure('lookForMessage', own, deps.clock());
    return failure.kind === 'itemNotFound' && !failure.mailbox ? { kind: 'gone' } : deliveryOutcome(failure);
  }
  if (own.message.isDraft) return { kind: 'unsent', isOpen: record.facts.openSend !== undefined };
  return isOlder(own.message, record)
    ? { kind: 'sentByOthers' }
    : noteSent(record.id, token, own.message.sentAt ?? deps.clock(), deps);
}

/** The service's clock and ours may differ by so much, and it tells whole seconds. */
const clocksDifferMs = minutes(1);

/** Sent before our first send was begun: by somebody else. Our mark on it was put there afterwards. */
const isOlder = ({ sentAt }: MarkedMessage, { facts: { firstSendAt } }: DeliveryRecord): boolean =>
  sentAt !== undefined && firstSendAt !== undefined && sentAt < firstSendAt - clocksDifferMs;

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

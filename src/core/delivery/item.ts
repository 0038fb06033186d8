import { Mailbox, mailboxOf, parseMailbox } from '../items/mailbox';
import { Item, parseItemPath } from '../items/path';
import type { DeliveryRecord } from './record';

/** The item that the files go to; the draft, once it is made. */
export function itemOfDelivery({ id, request, draft }: DeliveryRecord): Item {
  const text = request.target.kind === 'item' ? request.target.item : draft?.item;
  const parsed = text === undefined ? undefined : parseItemPath(text);
  if (!parsed?.ok) throw new Error(`The record of delivery ${id} holds no item.`);
  return parsed.item;
}

/** The mailbox that is searched for the message. */
export function mailboxOfDelivery(record: DeliveryRecord): Mailbox {
  const { target } = record.request;
  const mailbox = target.kind === 'newDraft' ? parseMailbox(target.mailbox) : mailboxOf(itemOfDelivery(record));
  if (!mailbox) throw new Error(`The record of delivery ${record.id} holds no mailbox.`);
  return mailbox;
}

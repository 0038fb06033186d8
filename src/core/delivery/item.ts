import { Mailbox, mailboxOf, parseMailbox } from '../items/mailbox';
import { Item, ItemForm, parseItemPath } from '../items/path';
import type { DeliveryRecord, DeliveryTarget } from './record';

export const isMessageForm = (form: ItemForm): boolean => form === 'message' || form === 'folderMessage';

/** The item that the files go to; the draft, once it is made. */
export function itemOfDelivery({ id, request, facts }: DeliveryRecord): Item {
  const text = request.target.kind === 'item' ? request.target.item : facts.draft?.item;
  const parsed = text === undefined ? undefined : parseItemPath(text);
  if (!parsed?.ok) throw new Error(`The record of delivery ${id} holds no item.`);
  return parsed.item;
}

/** The owner of the message that is answered or passed on, as it was written: the draft's path begins so. */
function ownerTextOf(target: Extract<DeliveryTarget, { kind: 'reply' | 'forward' }>): string {
  const [first = '', second = ''] = (target.kind === 'reply' ? target.to : target.of).split('/');
  return /^me$/i.test(first) ? first : `${first}/${second}`;
}

/** The message that is answered or passed on. */
export function originalOf({ id, request: { target } }: DeliveryRecord): Item {
  const text = target.kind === 'reply' ? target.to : target.kind === 'forward' ? target.of : '';
  const parsed = parseItemPath(text);
  if (!parsed.ok) throw new Error(`The record of delivery ${id} holds no message to answer or forward.`);
  return parsed.item;
}

/** The mailbox that is searched for the message. */
export function mailboxOfDelivery(record: DeliveryRecord): Mailbox {
  const { target } = record.request;
  const mailbox =
    target.kind === 'newDraft'
      ? parseMailbox(target.mailbox)
      : target.kind === 'item'
        ? mailboxOf(itemOfDelivery(record))
        : (parseMailbox(ownerTextOf(target)) ?? mailboxOf(originalOf(record)));
  if (!mailbox) throw new Error(`The record of delivery ${record.id} holds no mailbox.`);
  return mailbox;
}

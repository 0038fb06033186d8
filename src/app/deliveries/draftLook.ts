import { isMessageForm } from '../../core/delivery/item';
import type { Item } from '../../core/items/path';
import { Failure, readFailure } from '../../core/wire/failure';
import type { Dependencies } from '../../dependencies';

type Looking = Pick<Dependencies, 'messages' | 'clock'>;

/**
 * Whether the message is still a draft. One that is gone can be asked for without harm; any other answer tells nothing, and is
 * handed on: nothing is taken off a message that may have been sent.
 */
export async function draftLook(
  item: Item,
  { messages, clock }: Looking,
): Promise<'draft' | 'noDraft' | 'gone' | Failure> {
  const read = await messages.read(item);
  if (read.kind === 'message') return read.message.isDraft ? 'draft' : 'noDraft';
  const failure = readFailure('readItem', read, clock());
  return failure.kind === 'itemNotFound' && !failure.mailbox ? 'gone' : failure;
}

/** Why nothing may be taken off the item of a delivery now. Undefined: it is a draft, gone, or was no draft from the beginning. */
export async function whyToLeave(
  item: Item,
  wasDraft: boolean | undefined,
  deps: Looking,
): Promise<{ readonly kind: 'sentByOthers' } | Failure | undefined> {
  if (!isMessageForm(item.form) || wasDraft === false) return undefined;
  const seen = await draftLook(item, deps);
  if (seen === 'noDraft') return { kind: 'sentByOthers' };
  return typeof seen === 'object' ? seen : undefined;
}

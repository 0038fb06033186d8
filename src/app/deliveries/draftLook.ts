import { readFailure } from '../../core/wire/failure';
import type { Item } from '../../core/items/path';
import type { Outcome } from '../../core/delivery/machine/progress';
import type { Dependencies } from '../../dependencies';
import { deliveryOutcome } from './outcome';

/**
 * Whether the message is still a draft, before anything is taken off it. One that is gone can be asked for without harm; any
 * other answer tells nothing, and is handed on: nothing is taken off a message that may have been sent.
 */
export async function draftLook(
  item: Item,
  { messages, clock }: Pick<Dependencies, 'messages' | 'clock'>,
): Promise<'draft' | 'noDraft' | 'gone' | Outcome> {
  const read = await messages.read(item);
  if (read.kind === 'message') return read.message.isDraft ? 'draft' : 'noDraft';
  const failure = readFailure('readItem', read, clock());
  return failure.kind === 'itemNotFound' && !failure.mailbox ? 'gone' : deliveryOutcome(failure);
}

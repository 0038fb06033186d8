import { Caller, inOwnName, requesterOf } from '../../app/access/caller';
import { Item, parseItemPath } from '../../core/items/path';
import { Mailbox, parseMailbox } from '../../core/items/mailbox';
import type { Requester } from '../../core/upload/record';

/** An item as a caller means it: to a signed-in person `me` is her own mailbox, whoever the app runs as. */
export function itemFor(caller: Caller, { text, item }: WrittenItem): { itemText: string; item: Item } {
  const named = inOwnName(caller, text);
  const parsed = named === text ? undefined : parseItemPath(named);
  return parsed?.ok ? { itemText: named, item: parsed.item } : { itemText: text, item };
}
interface WrittenItem {
  readonly text: string;
  readonly item: Item;
}

export const mailboxFor = (caller: Caller, mailbox: Mailbox): Mailbox =>
  parseMailbox(inOwnName(caller, mailbox.text)) ?? mailbox;

/** What the record says of who asked. */
export function askedBy(caller: Caller): { requestedBy?: Requester } {
  const requestedBy = requesterOf(caller);
  return requestedBy ? { requestedBy } : {};
}

/** The namespace of a route's `Idempotency-Key`s: each person has her own. */
export const scopeOf = (caller: Caller, method: string, path: string): string =>
  caller.kind === 'person' ? `${method} /my/${path}\n${caller.id}` : `${method} /api/${path}`;

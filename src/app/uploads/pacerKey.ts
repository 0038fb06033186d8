import { Item, mailboxKey } from '../../core/items/path';
import { sha256 } from './compare';

/** The key of a mailbox's pacer. An entity's id becomes a table key and part of a URL: a hash fits both. */
export const pacerKey = (item: Item): string => sha256(Buffer.from(mailboxKey(item))).slice(0, 32);

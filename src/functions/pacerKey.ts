import { Item, mailboxKey } from '../core/itemPath';
import { sha256 } from './activities/content';

/** The key of a mailbox's pacer. An entity's id becomes a table key and part of a URL: a hash fits both. */
export const pacerKey = (item: Item): string => sha256(Buffer.from(mailboxKey(item))).slice(0, 32);

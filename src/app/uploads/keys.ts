import { createHash } from 'node:crypto';
import { hasTwoIds, Item, itemIdOf, lockKey, withId } from '../../core/items/path';
import { keptBeside, Lately } from '../../core/lately';
import type { UploadKeys, UploadRecord, UploadRequest } from '../../core/upload/record';
import { itemOf } from '../../core/upload/request';
import type { Dependencies } from '../../dependencies';
import { inPatience, ownerKey } from './owner';
import { updateRecord } from '../jobs/records';

/** An entity's id becomes a table key and part of a URL: a hash fits both, and it keeps states small. */
const short = (text: string, characters: number): string =>
  createHash('sha256').update(text).digest('hex').slice(0, characters);

const itemKeyOf = (item: Item): string => short(itemIdOf(item), 16);

/** What uploads to one mailbox and to one item have in common, however their paths are written. `owner`: see ownerKey. */
export const keysOf = (item: Item, owner: string): UploadKeys => ({
  mailbox: short(owner, 32),
  item: itemKeyOf(item),
});

/**
 * The record with the keys of its mailbox and item. They are found out once: a resumed upload must not change its mailbox. The
 * item's immutable id is asked for by `listAttachments`, with a permit of the mailbox; here only for what has passed that without
 * one, as in records of earlier versions.
 */
export async function withKeys(
  record: UploadRecord,
  deps: Pick<Dependencies, 'records' | 'messages' | 'clock' | 'sleep'>,
): Promise<UploadRecord> {
  const isListed = record.facts.before !== undefined && record.keys?.itemId === undefined;
  if (record.keys && !isListed) return record;
  const item = itemOf(record.request);
  const found = record.keys ?? keysOf(item, await ownerKey(item, deps));
  const itemId = isListed ? await immutableIdOf(item, deps) : undefined;
  const keys = itemId === undefined ? found : withItemId(found, item, itemId);
  if (keys === record.keys) return record;
  const stored = await updateRecord(deps.records, record.id, (now) =>
    now.keys === undefined || now.keys.itemId === undefined ? { ...now, keys } : undefined,
  );
  return stored ?? { ...record, keys };
}

const knownItems = keptBeside(() => new Lately<string>(1000));

/**
 * The immutable id of a message or an event: two programs may name one item by two ids. Undefined where it has only one, or Graph
 * does not tell; then it is known by its path. One request to the mailbox, once an item and process.
 */
export async function immutableIdOf(
  item: Item,
  { messages, sleep }: Pick<Dependencies, 'messages' | 'sleep'>,
): Promise<string | undefined> {
  if (!hasTwoIds(item)) return undefined;
  const known = knownItems(messages);
  const key = lockKey(item);
  const found = known.get(key);
  if (found !== undefined) return found;
  const answer = await inPatience(messages.readItem(item), sleep);
  if (answer?.kind !== 'item') return undefined;
  known.set(key, answer.id);
  return answer.id;
}

/** The keys of an upload whose item has this immutable id. */
export const withItemId = (keys: UploadKeys, item: Item, itemId: string): UploadKeys => ({
  ...keys,
  item: itemKeyOf(withId(item, itemId)),
  itemId,
});

/** The item as claims know it. It is settled before the first commit. */
export async function claimedItem(request: UploadRequest, { records }: Pick<Dependencies, 'records'>): Promise<Item> {
  return hasTwoIds(itemOf(request)) ? claimedBy(request, await withBaseline(request.id, records)) : itemOf(request);
}

/** The same from a record that has its keys. */
export function claimedBy(request: UploadRequest, record: UploadRecord | undefined): Item {
  const item = itemOf(request);
  const id = record?.keys?.itemId;
  return id === undefined ? item : withId(item, id);
}

/**
 * The record as it is once the item's baseline is on it. That and the keys never change again, so what this process knows of it
 * is good for them.
 */
export async function withBaseline(
  id: string,
  records: Pick<Dependencies['records'], 'get' | 'lately'>,
): Promise<UploadRecord | undefined> {
  const lately = records.lately?.(id)?.value;
  return lately?.facts.before ? lately : (await records.get(id))?.value;
}

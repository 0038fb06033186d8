import { createHash } from 'node:crypto';
import { Item, lockKey } from '../../core/items/path';
import type { UploadKeys, UploadRecord } from '../../core/upload/record';
import { itemOf } from '../../core/upload/request';
import type { Dependencies } from '../../dependencies';
import { ownerKey } from './owner';
import { updateRecord } from '../jobs/records';

/** An entity's id becomes a table key and part of a URL: a hash fits both, and it keeps states small. */
const short = (text: string, characters: number): string =>
  createHash('sha256').update(text).digest('hex').slice(0, characters);

/** What uploads to one mailbox and to one item have in common, however their paths are written. `owner`: see ownerKey. */
export const keysOf = (item: Item, owner: string): UploadKeys => ({
  mailbox: short(owner, 32),
  item: short(lockKey(item).split('/').slice(1).join('/'), 16),
});

/** The record with the keys of its mailbox and item. They are found out once: a resumed upload must not change its mailbox. */
export async function withKeys(
  record: UploadRecord,
  deps: Pick<Dependencies, 'records' | 'messages' | 'clock' | 'sleep'>,
): Promise<UploadRecord> {
  if (record.keys) return record;
  const item = itemOf(record.request);
  const keys = keysOf(item, await ownerKey(item, deps));
  const stored = await updateRecord(deps.records, record.id, (now) => (now.keys ? undefined : { ...now, keys }));
  return stored ?? { ...record, keys };
}

import { createHash } from 'node:crypto';
import { Item, lockKey, mailboxKey } from '../../core/items/path';
import type { UploadKeys, UploadRecord } from '../../core/upload/record';
import { itemOf } from '../../core/upload/request';
import type { Dependencies } from '../../dependencies';
import { updateRecord } from '../jobs/records';

/** An entity's id becomes a table key and part of a URL: a hash fits both, and it keeps states small. */
const short = (text: string, characters: number): string =>
  createHash('sha256').update(text).digest('hex').slice(0, characters);

/** What uploads to one mailbox and to one item have in common, however their paths are written. */
export const keysOf = (item: Item): UploadKeys => ({
  mailbox: short(mailboxKey(item), 32),
  item: short(lockKey(item).split('/').slice(1).join('/'), 16),
});

/** The record with the keys of its mailbox and item. They are found out once: a resumed upload must not change its mailbox. */
export async function withKeys(record: UploadRecord, deps: Pick<Dependencies, 'records'>): Promise<UploadRecord> {
  if (record.keys) return record;
  const keys = keysOf(itemOf(record.request));
  const stored = await updateRecord(deps.records, record.id, (now) => (now.keys ? undefined : { ...now, keys }));
  return stored ?? { ...record, keys };
}

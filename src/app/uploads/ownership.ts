import { createHash } from 'node:crypto';
import { Item, itemIdOf } from '../../core/items/path';
import { keptBeside, Lately } from '../../core/lately';
import type { Dependencies } from '../../dependencies';

type Claims = Pick<Dependencies, 'records' | 'clock'>;

/** Claims that were held by an upload when this process asked: they stay its own. */
const heldClaims = keptBeside(() => new Lately<string>(500));

/** Writes down whose attachment it is. `item`: as claims know it (`claimedItem`). False where it is another upload's. */
export async function claimAttachment(
  { records, clock }: Claims,
  item: Item,
  attachmentId: string,
  uploadId: string,
): Promise<boolean> {
  const known = heldClaims(records);
  const key = attachmentKey(item, attachmentId);
  if (known.get(key) === uploadId) return true;
  const claim = await records.claim('attachment', key, { uploadId, claimedAt: clock() });
  known.set(key, claim.held.value.uploadId);
  return claim.held.value.uploadId === uploadId;
}

/** The upload that has written down that this attachment is its own. */
export const holderOf = async ({ records }: Claims, item: Item, attachmentId: string): Promise<string | undefined> =>
  (await records.findClaim('attachment', attachmentKey(item, attachmentId)))?.value.uploadId;

/** What a record keeps of an attachment's id: ids are long, and there may be hundreds. */
export const hashOfId = (attachmentId: string): string =>
  createHash('sha256').update(attachmentId).digest('base64url').slice(0, 16);

const attachmentKey = (item: Item, attachmentId: string): string => `${itemIdOf(item)}\n${attachmentId}`;
/** The nth of the uploads of a file of this size whose attachment on this item has no id yet (unlisted.ts). */
export const unlistedKey = (item: Item, sizeBytes: number, nth: number): string =>
  `${itemIdOf(item)}\n${sizeBytes}\n${nth}`;

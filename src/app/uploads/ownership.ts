import { Item, lockKey } from '../../core/items/path';
import type { Dependencies } from '../../dependencies';

/** Writes down whose attachment it is. False where it is another upload's. */
export async function claimAttachment(
  deps: Dependencies,
  item: Item,
  attachmentId: string,
  uploadId: string,
): Promise<boolean> {
  const { held } = await deps.records.claim('attachment', attachmentKey(item, attachmentId), {
    uploadId,
    claimedAt: deps.clock(),
  });
  return held.value.uploadId === uploadId;
}

export async function isAnothers(
  deps: Dependencies,
  item: Item,
  attachmentId: string,
  uploadId: string,
): Promise<boolean> {
  const claim = await deps.records.findClaim('attachment', attachmentKey(item, attachmentId));
  return claim !== undefined && claim.value.uploadId !== uploadId;
}

const attachmentKey = (item: Item, attachmentId: string): string => `${lockKey(item)}\n${attachmentId}`;

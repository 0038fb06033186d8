import type { Claim } from '../../core/job/ports';
import { isOurName, mayShowAfter } from '../../core/upload/evidence';
import { hasUnlisted, UploadRecord, UploadRequest } from '../../core/upload/record';
import { itemOf } from '../../core/upload/request';
import type { ListedAttachment } from '../../core/wire/ports';
import { parseAttachment } from '../../core/wire/resources';
import type { Dependencies } from '../../dependencies';
import { claimedItem } from './keys';
import { claimAttachment, unlistedKey } from './ownership';

/**
 * Attachments without the id under which lists give them: the service took the file, and lists show it only minutes later, or
 * nobody knows whether it took it, once or twice. Another upload of the same file that searches the item must not take them for
 * its own.
 */

/** Writes down that such an attachment may be on the item. `attachmentId`: the upload host's id of it, where there is one. */
export async function claimUnlisted(
  request: UploadRequest,
  attachmentId: string | undefined,
  { records, clock }: Pick<Dependencies, 'records' | 'clock'>,
): Promise<void> {
  const { id: uploadId, sizeBytes } = request;
  if (sizeBytes === null) return; // resources are told by their names
  const host = attachmentId === undefined ? {} : { attachmentId };
  const item = await claimedItem(request, { records });
  for (let nth = 0; ; nth++) {
    const key = unlistedKey(item, sizeBytes, nth);
    const { held } = await records.claim('unlisted', key, { uploadId, ...host, claimedAt: clock() });
    if (held.value.uploadId === uploadId) return;
  }
}

/**
 * Whether a new attachment is one that another upload does not know the id of: unlisted, or a copy that it could not search for.
 * Finds out the ids of those that have one. What has the other one's name, and not ours, is the other one's.
 */
export async function isUnlistedOfAnother(
  { id: attachmentId, name }: Pick<ListedAttachment, 'id' | 'name'>,
  request: UploadRequest,
  deps: Dependencies,
): Promise<'no' | 'yes' | 'perhaps'> {
  const { sizeBytes } = request;
  if (sizeBytes === null) return 'no';
  const item = await claimedItem(request, deps);
  let answer: 'no' | 'perhaps' = 'no';
  for (let nth = 0; ; nth++) {
    const claim = (await deps.records.findClaim('unlisted', unlistedKey(item, sizeBytes, nth)))?.value;
    if (!claim) return answer;
    const other = await openHolder(claim, request, deps);
    if (!other) continue;
    const listed = await listedId(claim, request, deps);
    if (listed !== undefined) {
      const isTheirs = await claimAttachment(deps, item, listed, claim.uploadId);
      if (isTheirs && listed === attachmentId) return 'yes';
      if (!other.end?.mayHaveCopy) continue;
    }
    if (isOurName(name, other.request.name) && !isOurName(name, request.name)) return 'yes';
    answer = 'perhaps';
  }
}

/** The upload of this claim, where what it has left may be new on the item for this one. */
async function openHolder(
  { uploadId }: Claim,
  request: UploadRequest,
  { records }: Dependencies,
): Promise<UploadRecord | undefined> {
  if (uploadId === request.id) return undefined;
  const other = (await records.get(uploadId))?.value;
  const isListed = other?.end !== undefined && !hasUnlisted(other.end);
  return other && !isListed && mayShowAfter(other, request) ? other : undefined;
}

/** The upload host's id leads to the one of lists as soon as the attachment can be seen. */
async function listedId(
  { attachmentId }: Claim,
  request: UploadRequest,
  deps: Dependencies,
): Promise<string | undefined> {
  if (attachmentId === undefined) return undefined;
  const reply = await deps.attachments.metadata(itemOf(request), attachmentId, undefined);
  return reply.kind === 'reply' && reply.status === 200 ? parseAttachment(reply.json)?.id : undefined;
}

import type { Item } from '../../core/itemPath';
import { itemKey } from '../../core/itemPath';
import type { Outcome, RangeDigest } from '../../core/outcome';
import { readReply } from '../../core/replies';
import type { UploadRequest } from '../../core/uploadRecord';
import type { Dependencies } from '../../dependencies';
import { isBlob, partsOf } from './content';
import { itemOf, StepCall, stepActivity } from './stepActivity';

/**
 * After an unclear end: looks whether the file is on the item. Ours is what has our name and our bytes, was not there
 * before our first send, and is not another upload's. Never by the metadata's `size` (facts/outlook.md, trap 9).
 */
export async function findAttachment(
  { request, step }: StepCall<'findAttachment'>,
  deps: Dependencies,
): Promise<Outcome> {
  const found = await ours(request, step.digests, deps, undefined, 1);
  if (!Array.isArray(found)) return found;
  const first = found[0];
  return first ? { kind: 'found', attachmentId: first.id, sha256: first.sha256 } : { kind: 'absent' };
}

/** After the end: further copies that a send of ours left, at most as many as were unclear. */
export async function findSurplus({ request, step }: StepCall<'findSurplus'>, deps: Dependencies): Promise<Outcome> {
  const found = await ours(request, step.digests, deps, step.attachmentId, step.most);
  return Array.isArray(found) ? { kind: 'surplus', attachmentIds: found.map(({ id }) => id) } : found;
}

interface Found {
  readonly id: string;
  readonly sha256: string | null;
}

async function ours(
  request: UploadRequest,
  digests: readonly RangeDigest[],
  deps: Dependencies,
  except: string | undefined,
  most: number,
): Promise<Found[] | Outcome> {
  const item = itemOf(request);
  const listed = await deps.attachments.list(item);
  if (listed.kind !== 'list') return readReply('list', listed, request.sizeBytes ?? 0, deps.clock());
  const record = await deps.records.get(request.id);
  const baseline = new Set(record?.value.baseline ?? []);
  const found: Found[] = [];
  for (const { id, name } of listed.attachments) {
    if (name !== request.name || baseline.has(id) || id === except || found.length === most) continue;
    if (await isAnothers(deps, item, id, request.id)) continue;
    const same = await hasOurBytes(request, digests, deps, item, id);
    if (same === false) continue;
    if (typeof same !== 'string' && same !== null) return same;
    if (except !== undefined || (await claimAttachment(deps, item, id, request.id))) found.push({ id, sha256: same });
  }
  return found;
}

/** The content's SHA-256 where it is the blob's, null where there is nothing to compare, false where it is not. */
async function hasOurBytes(
  request: UploadRequest,
  digests: readonly RangeDigest[],
  deps: Dependencies,
  item: Item,
  id: string,
): Promise<string | null | false | Outcome> {
  if (request.sizeBytes === null) return null;
  const read = await deps.attachments.digest(item, id, partsOf(digests, request.sizeBytes));
  if (read.kind !== 'digest') {
    const gone = read.kind === 'reply' && read.status === 404;
    return gone ? false : readReply('value', read, request.sizeBytes, deps.clock());
  }
  const same = await isBlob(deps.blobs, request, digests, read);
  return same === true ? read.sha256 : same;
}

async function isAnothers(deps: Dependencies, item: Item, attachmentId: string, uploadId: string): Promise<boolean> {
  const claim = await deps.records.findClaim('attachment', attachmentKey(item, attachmentId));
  return claim !== undefined && claim.value.uploadId !== uploadId;
}

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

const attachmentKey = (item: Item, attachmentId: string): string => `${itemKey(item)}\n${attachmentId}`;

stepActivity('findAttachment', findAttachment);
stepActivity('findSurplus', findSurplus);

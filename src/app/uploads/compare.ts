import { createHash } from 'node:crypto';
import { ByteRange, nextRange, wholeFile, without } from '../../core/byteRange';
import type { BlobSource } from '../../core/blob';
import type { ContentDigest } from '../../core/wire/ports';
import type { Outcome, RangeDigest } from '../../core/upload/machine/progress';
import type { UploadRequest } from '../../core/upload/record';

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/**
 * The parts at whose borders an attachment is digested: those that were digested when they were sent, if they tile
 * the file; otherwise one part, compared with the whole blob.
 */
export function partsOf(digests: readonly RangeDigest[], totalBytes: number): readonly ByteRange[] {
  const sorted = [...digests].sort((a, b) => a.start - b.start);
  const rest = sorted.reduce<readonly ByteRange[]>((missing, part) => without(missing, part), wholeFile(totalBytes));
  const overlaps = sorted.some((part, i) => i > 0 && part.start <= (sorted[i - 1]?.end ?? -1));
  return rest.length === 0 && !overlaps ? sorted : wholeFile(totalBytes);
}

/** Whether what was read back is the blob; or the fault that kept us from reading the blob. */
export async function isBlob(
  blobs: BlobSource,
  request: UploadRequest,
  digests: readonly RangeDigest[],
  read: ContentDigest,
): Promise<boolean | Outcome> {
  if (read.sizeBytes !== request.sizeBytes) return false;
  const parts = partsOf(digests, request.sizeBytes);
  const known = parts.map((part) => digests.find((d) => d.start === part.start && d.end === part.end)?.sha256);
  if (known.every((digest) => digest !== undefined)) return known.every((digest, i) => digest === read.parts[i]);
  const whole = await blobDigest(blobs, request);
  return typeof whole === 'string' ? whole === read.sha256 : whole;
}

/** SHA-256 of the pinned blob, read range by range: only where a range's own digest was lost on the way. */
export async function blobDigest(blobs: BlobSource, request: UploadRequest): Promise<string | Outcome> {
  if (request.blob === null || request.sizeBytes === null)
    throw new Error(`Upload ${request.id} has no file to compare.`);
  const hash = createHash('sha256');
  let missing: readonly ByteRange[] = wholeFile(request.sizeBytes);
  for (
    let range = nextRange(missing, request.policy.rangeSizeBytes);
    range;
    range = nextRange(missing, request.policy.rangeSizeBytes)
  ) {
    const read = await blobs.read(request.blob, range);
    if (read.kind !== 'bytes') return blobFault(read.kind);
    hash.update(read.bytes);
    read.release();
    missing = without(missing, range);
  }
  return hash.digest('hex');
}

/** A blob that cannot be read, as an outcome. A deleted one may be told as changed: no version is the pinned one then. */
export function blobFault(kind: 'missing' | 'changed' | 'unreachable'): Outcome {
  if (kind === 'unreachable') return { kind: 'storageDown' };
  return {
    kind: 'sourceGone',
    problem: {
      code: 'BlobChanged',
      detail: `The blob was ${kind === 'missing' ? 'deleted' : 'replaced or deleted'} after its upload was accepted. Upload it again as it is now.`,
    },
  };
}

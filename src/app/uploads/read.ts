import type { ByteRange } from '../../core/byteRange';
import type { Item } from '../../core/items/path';
import { judge, Verdict } from '../../core/upload/evidence';
import type { Outcome, RangeDigest } from '../../core/upload/machine/progress';
import type { UploadRequest } from '../../core/upload/record';
import { readFailure } from '../../core/wire/failure';
import type { ContentDigest } from '../../core/wire/ports';
import type { WireReply } from '../../core/wire/reply';
import type { Dependencies } from '../../dependencies';
import { isBlob, partsOf } from './compare';
import { uploadOutcome } from './outcome';

export interface ReadBack {
  readonly kind: 'readBack';
  readonly verdict: Verdict;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/**
 * Reads an attachment back through `$value` and compares it with the blob: whole, or in ranges where the whole does not come. An
 * outcome where there was no answer, or the blob cannot be read.
 */
export async function readBack(
  request: UploadRequest,
  item: Item,
  attachment: { readonly id: string; readonly sizeBytes?: number | undefined },
  digests: readonly RangeDigest[],
  byRange: boolean,
  deps: Dependencies,
): Promise<ReadBack | Outcome> {
  const expectedBytes = request.sizeBytes ?? 0;
  const parts = partsOf(digests, expectedBytes);
  const read = byRange
    ? await readInRanges(item, attachment.id, parts, deps)
    : await deps.attachments.digest(item, attachment.id, parts);
  if (read.kind !== 'digest') return uploadOutcome(readFailure('readBack', read, deps.clock()));
  const isSame = await isBlob(deps.blobs, request, digests, read);
  if (typeof isSame !== 'boolean') return isSame;
  const { sizeBytes, sha256 } = read;
  const verdict = judge({ isSame, sizeBytes, expectedBytes, listedBytes: attachment.sizeBytes });
  return { kind: 'readBack', verdict, sha256, sizeBytes };
}

/** The parts of a file that are asked for in one request: about 16 MiB, where `$value` is known to answer. */
const partsAtOnce = 4;

/** A service that ignores ranges sends the whole at once: that is the answer. */
async function readInRanges(
  item: Item,
  id: string,
  parts: readonly ByteRange[],
  deps: Dependencies,
): Promise<ContentDigest | WireReply> {
  const digests: string[] = [];
  let sizeBytes = 0;
  for (let at = 0; at < parts.length; at += partsAtOnce) {
    const some = parts.slice(at, at + partsAtOnce);
    const [first, last] = [some[0], some.at(-1)];
    if (!first || !last) break;
    const read = await deps.attachments.digest(item, id, parts, { start: first.start, end: last.end });
    if (read.kind !== 'digest' || !read.range) return read;
    digests.push(...read.parts);
    sizeBytes += read.sizeBytes;
  }
  return { kind: 'digest', sizeBytes, sha256: '', parts: digests };
}

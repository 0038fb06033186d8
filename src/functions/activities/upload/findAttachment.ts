import type { Item } from '../../../core/items/path';
import type { Outcome, RangeDigest } from '../../../core/upload/machine/outcome';
import { readReply } from '../../../core/wire/replies';
import type { UploadRequest } from '../../../core/upload/record';
import type { WireReply } from '../../../core/wire/reply';
import type { Dependencies } from '../../../dependencies';
import { isBlob, partsOf } from '../../../app/uploads/compare';
import { takeTurn } from '../../../app/jobs/records';
import { claimAttachment, isAnothers } from '../../../app/uploads/ownership';
import { itemOf } from '../../../core/upload/request';
import { StepCall, stepActivity } from './step';

/**
 * After an unclear end: looks whether the file is on the item. Ours is what has our name and our bytes, was not there
 * before our first send, and is not another upload's. Never by the metadata's `size` (facts/outlook.md, trap 9).
 */
export async function findAttachment(
  { request, step, execution }: StepCall<'findAttachment'>,
  deps: Dependencies,
): Promise<Outcome> {
  await takeTurn(deps, request.id, execution, step.no); // from here on no earlier step begins to send
  const seen = await look(request, step.digests, deps, undefined, 1);
  if (!('ours' in seen)) return seen;
  const [first] = seen.ours;
  return first
    ? { kind: 'found', attachmentId: first.id, sha256: first.sha256 }
    : { kind: 'absent', lookalikes: seen.lookalikes };
}

/** After the end: further copies that a send of ours left, at most as many as were unclear. */
export async function findSurplus(
  { request, step, execution }: StepCall<'findSurplus'>,
  deps: Dependencies,
): Promise<Outcome> {
  await takeTurn(deps, request.id, execution, step.no);
  const seen = await look(request, step.digests, deps, step.attachmentId, step.most);
  if (!('ours' in seen)) return seen;
  return { kind: 'surplus', attachmentIds: seen.ours.map(({ id }) => id), lookalikes: seen.lookalikes };
}

interface Found {
  readonly id: string;
  readonly sha256: string | null;
}

interface Seen {
  readonly ours: readonly Found[];
  /** Our name, not there before, nobody's: but other bytes. */
  readonly lookalikes: readonly string[];
}

async function look(
  request: UploadRequest,
  digests: readonly RangeDigest[],
  deps: Dependencies,
  except: string | undefined,
  most: number,
): Promise<Seen | Outcome> {
  const item = itemOf(request);
  const listed = await deps.attachments.list(item);
  if (listed.kind !== 'list') return readReply('list', listed, request.sizeBytes ?? 0, deps.clock());
  const record = await deps.records.get(request.id);
  const baseline = new Set(record?.value.baseline ?? []);
  const found: Found[] = [];
  const lookalikes: string[] = [];
  for (const { id, name } of listed.attachments) {
    if (name !== request.name || baseline.has(id) || id === except || found.length === most) continue;
    if (await isAnothers(deps, item, id, request.id)) continue;
    const same =
      request.sizeBytes === null
        ? await isLike(except, deps, item, id)
        : await hasOurBytes(request, digests, deps, item, id);
    if (same === false) lookalikes.push(id);
    if (same === false) continue;
    if (typeof same !== 'string' && same !== null) return same;
    if (except !== undefined || (await claimAttachment(deps, item, id, request.id))) found.push({ id, sha256: same });
  }
  return { ours: found, lookalikes };
}

/** Without a file there is nothing to compare (null) but the content of the one that stays; a link has none to compare with. */
async function isLike(
  other: string | undefined,
  deps: Dependencies,
  item: Item,
  id: string,
): Promise<null | false | Outcome> {
  if (other === undefined) return null;
  const digests: string[] = [];
  for (const each of [id, other]) {
    const read = await deps.attachments.digest(item, each, []);
    if (read.kind === 'reply' && read.status === 405) return false;
    if (read.kind !== 'digest') return notRead(read, 0, deps);
    digests.push(read.sha256);
  }
  return digests[0] === digests[1] ? null : false;
}

/** The content's SHA-256 where it is the blob's, false where it is not. */
async function hasOurBytes(
  request: UploadRequest,
  digests: readonly RangeDigest[],
  deps: Dependencies,
  item: Item,
  id: string,
): Promise<string | false | Outcome> {
  const totalBytes = request.sizeBytes ?? 0;
  const read = await deps.attachments.digest(item, id, partsOf(digests, totalBytes));
  if (read.kind !== 'digest') return notRead(read, totalBytes, deps);
  const same = await isBlob(deps.blobs, request, digests, read);
  return same === true ? read.sha256 : same;
}

/** Listed and not there: it was removed meanwhile, or is too young to be read. The next look knows. */
const notRead = (read: WireReply, totalBytes: number, deps: Dependencies): Outcome =>
  read.kind === 'reply' && read.status === 404
    ? { kind: 'uncertain' }
    : readReply('value', read, totalBytes, deps.clock());

stepActivity('findAttachment', findAttachment);
stepActivity('findSurplus', findSurplus);

import type { SavedProgress } from '../../core/upload/checkpoint';
import type { Item } from '../../core/items/path';
import { isOurName, isPlausible, isRead, Lookalike, readAgain } from '../../core/upload/evidence';
import type { Outcome, Proof } from '../../core/upload/machine/progress';
import type { UploadRecord, UploadRequest } from '../../core/upload/record';
import { itemOf } from '../../core/upload/request';
import { readFailure } from '../../core/wire/failure';
import type { ListedAttachment } from '../../core/wire/ports';
import type { Dependencies } from '../../dependencies';
import { claimedItem } from './keys';
import { claimAttachment, hashOfId, holderOf } from './ownership';
import { hasNamesake } from './namesakes';
import { uploadOutcome } from './outcome';
import { readBack } from './read';
import { isUnlistedOfAnother } from './unlisted';

export interface Found {
  readonly id: string;
  readonly name: string;
  readonly sha256: string | null;
  readonly proof: Proof;
  readonly isRenamed: boolean;
}
export interface Seen {
  readonly kind: 'seen';
  readonly found: readonly Found[];
  /** New attachments with our name and other bytes. */
  readonly lookalikes: readonly Lookalike[];
  /** False where time ran out before all were read. */
  readonly isWhole: boolean;
}

/** A new attachment has our bytes, and may be that of another upload that does not know its own. */
export interface Undecided {
  readonly kind: 'undecided';
}

/** What is searched for. */
export interface Search {
  /** The attachment that stays: copies are told from it. Nothing is a copy unless this one is in the same list. */
  readonly keep?: string;
  readonly most: number;
  /** Whether a candidate's bytes are required; otherwise what the list says of it is enough where they cannot be read. */
  readonly isPatient: boolean;
  /** False where the upload has gone on without this run: what it finds may be another upload's by now. */
  readonly isAwaited: () => Promise<boolean>;
}

/** An activity may last ten minutes: no other candidate is read after this time. */
const readForMs = 240_000;

/**
 * Searches the item for attachments of this upload. Ours is what was not on the item before our first commit, belongs to no other
 * upload, and has our bytes, under whatever name. Those with our name are read first.
 */
export async function search(
  request: UploadRequest,
  progress: SavedProgress | undefined,
  wanted: Search,
  deps: Dependencies,
): Promise<Seen | Undecided | Outcome> {
  const item = itemOf(request);
  const listed = await deps.attachments.list(item);
  if (listed.kind !== 'list') return uploadOutcome(readFailure('list', listed, deps.clock()));
  const { keep } = wanted;
  // without the one that stays in the same list nothing tells which one is the copy
  if (keep !== undefined && !listed.attachments.some(({ id }) => id === keep)) return { kind: 'unclear' };
  const record = (await deps.records.get(request.id))?.value;
  const candidates = listed.attachments.filter((one) => one.id !== keep && isCandidate(one, request, record));
  candidates.sort((a, b) => Number(isOurName(b.name, request.name)) - Number(isOurName(a.name, request.name)));
  return readThem(candidates, item, request, progress, { ...wanted, record }, deps);
}

function isCandidate(one: ListedAttachment, request: UploadRequest, record: UploadRecord | undefined): boolean {
  const { before = [], beforeOfName } = record?.facts ?? {};
  if (before.includes(hashOfId(one.id))) return false;
  const isByName = beforeOfName === true || request.sizeBytes === null;
  if (isByName && !isOurName(one.name, request.name)) return false;
  // what is listed smaller than the file is another one
  return request.sizeBytes === null || (one.sizeBytes ?? Infinity) >= request.sizeBytes;
}

async function readThem(
  candidates: readonly ListedAttachment[],
  item: Item,
  request: UploadRequest,
  progress: SavedProgress | undefined,
  wanted: Search & { readonly record: UploadRecord | undefined },
  deps: Dependencies,
): Promise<Seen | Undecided | Outcome> {
  const { keep, most, isPatient } = wanted;
  const startedAt = deps.clock();
  const own = await claimedItem(request, deps);
  const known = progress?.doubt.lookalikes ?? [];
  const agreed = new Set(known.flatMap((one) => (one.agreed ? [one.id] : [])));
  const found: Found[] = [];
  const lookalikes: Lookalike[] = [];
  const acknowledged: Found[] = []; // listed as ours would be, and not to be read
  let unread: Outcome | undefined;
  let isWhole = true;
  for (const one of candidates) {
    if (found.length === most) break;
    if (agreed.has(one.id)) continue;
    const holder = await holderOf(deps, own, one.id);
    const isTheirs = holder === undefined ? await isUnlistedOfAnother(one, request, deps) : 'no';
    if ((holder ?? request.id) !== request.id || isTheirs === 'yes') continue;
    isWhole = deps.clock() - startedAt <= readForMs;
    if (!isWhole) break;
    const isRenamed = !isOurName(one.name, request.name);
    const proof = await proofOf(one, item, request, progress, { keep, isPatient, isRenamed }, deps);
    if (proof === 'another') continue;
    if ('kind' in proof) {
      if (proof.kind !== 'unclear' && proof.kind !== 'refused') return proof; // of others it would be the same
      unread ??= proof;
      continue;
    }
    if (proof.is === 'lookalike') {
      lookalikes.push({ id: one.id, sha256: proof.sha256, at: deps.clock() });
      continue;
    }
    if (isTheirs === 'perhaps') return { kind: 'undecided' };
    const { id, name } = one;
    const mine = { id, name, sha256: proof.sha256, proof: proof.is, isRenamed };
    if (proof.is === 'receipts') {
      acknowledged.push(mine);
      continue;
    }
    const isClaimed = await claimed(mine, own, request, wanted, deps);
    if (isClaimed === 'late') return { kind: 'unclear' };
    if (isClaimed) found.push(mine);
  }
  // what has our bytes comes before what cannot be read, wherever they stand in the list
  if (unread && found.length < most) return { ...unread, isUnread: true };
  // so does what may have our bytes: its first reading may have been wrong
  const isOpen = lookalikes.some((one) => !isRead(readAgain(known, one)));
  if (found.length > 0 || acknowledged.length === 0 || isOpen) return { kind: 'seen', found, lookalikes, isWhole };
  const taken = await onlyOne(acknowledged, own, request, wanted, deps);
  return Array.isArray(taken) ? { kind: 'seen', found: taken, lookalikes, isWhole } : taken;
}

/** What cannot be read is ours where it can be nobody else's, and no other one of ours. */
async function onlyOne(
  [first, ...others]: readonly Found[],
  item: Item,
  request: UploadRequest,
  wanted: Search & { readonly record: UploadRecord | undefined },
  deps: Dependencies,
): Promise<Found[] | Undecided | Outcome> {
  const { record } = wanted;
  if (!first || others.length > 0 || !record || (await hasNamesake(record, deps))) return { kind: 'undecided' };
  const isClaimed = await claimed(first, item, request, wanted, deps);
  if (isClaimed === 'late') return { kind: 'unclear' };
  return isClaimed ? [first] : [];
}

/**
 * Writes down that it is ours, so that no other upload takes it, also while it is a copy that is to be removed. A run that slept
 * has no say any more: since its upload went on, or ended, another one may have attached what it finds.
 */
async function claimed(
  { id, isRenamed }: Found,
  item: Item,
  request: UploadRequest,
  { keep, isAwaited }: Search,
  deps: Dependencies,
): Promise<boolean | 'late'> {
  if (keep !== undefined && isRenamed) return true; // it stays, and may be somebody else's
  return (await isAwaited()) ? claimAttachment(deps, item, id, request.id) : 'late';
}

type Judged =
  { readonly is: Proof; readonly sha256: string | null } | { readonly is: 'lookalike'; readonly sha256: string };

/** What a candidate is: ours, a lookalike, somebody else's; or an outcome where it cannot be told. */
async function proofOf(
  one: ListedAttachment,
  item: Item,
  request: UploadRequest,
  progress: SavedProgress | undefined,
  how: { readonly keep: string | undefined; readonly isPatient: boolean; readonly isRenamed: boolean },
  deps: Dependencies,
): Promise<Judged | 'another' | Outcome> {
  if (request.sizeBytes === null) return resourceProof(one, item, how.keep, deps);
  const read = await readBack(request, item, one, progress?.digests ?? [], !how.isPatient, deps);
  if (read.kind === 'readBack' && read.verdict === 'same') return { is: 'bytes', sha256: read.sha256 };
  // nothing can be compared without the blob
  if (read.kind === 'sourceGone' || read.kind === 'storageDown') return read;
  // other bytes, or none, under another name are somebody else's business
  if (how.isRenamed) return read.kind === 'readBack' ? 'another' : unread(read, how.isPatient);
  if (read.kind === 'readBack' && read.verdict === 'differs') return { is: 'lookalike', sha256: read.sha256 };
  const mayCount = !how.isPatient && how.keep === undefined && !progress?.undoing;
  if (mayCount && isPlausible(one.sizeBytes, request.sizeBytes)) return { is: 'receipts', sha256: null };
  return read.kind === 'readBack' ? { kind: 'unclear' } : asUnclear(read);
}

/** A renamed candidate that cannot be read is passed over when patience is at its end. */
const unread = (read: Outcome, isPatient: boolean): 'another' | Outcome => (isPatient ? asUnclear(read) : 'another');

/** Listed and not there: it was removed meanwhile, or is too young to be read. The next search knows. */
const asUnclear = (read: Outcome): Outcome => (read.kind === 'itemNotFound' ? { kind: 'unclear' } : read);

/**
 * A resource has no file to compare with: the first new one of its name is ours. A second one is a copy only if its content is
 * that of the one that stays; a link has no content.
 */
async function resourceProof(
  one: ListedAttachment,
  item: Item,
  keep: string | undefined,
  deps: Dependencies,
): Promise<Judged | Outcome> {
  if (keep === undefined) return { is: 'none', sha256: null };
  const digests: string[] = [];
  for (const id of [one.id, keep]) {
    const read = await deps.attachments.digest(item, id, []);
    if (read.kind === 'reply' && read.status === 405) return { is: 'lookalike', sha256: '' };
    if (read.kind !== 'digest') return asUnclear(uploadOutcome(readFailure('readBack', read, deps.clock())));
    digests.push(read.sha256);
  }
  return digests[0] === digests[1] ? { is: 'none', sha256: null } : { is: 'lookalike', sha256: digests[0] ?? '' };
}

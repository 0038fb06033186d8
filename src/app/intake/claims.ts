import type { Claim, Versioned } from '../../core/job/ports';
import type { UploadRecords } from '../../core/upload/ports';
import { UploadError } from '../../core/errors';
import type { UploadRecord } from '../../core/upload/record';
import { answersDuplicates, keptMs } from '../../core/upload/request';

/** One call as its caller knows it: a key in the namespace of a route, and a fingerprint of the parsed body. */
export interface Idempotency {
  readonly scope: string;
  readonly key: string;
  readonly fingerprint: string;
}

/** Where keys are claimed, and where what a key stands for is found: uploads, or deliveries. */
export type KeyStore<R> = Pick<UploadRecords, 'claim' | 'findClaim' | 'replaceClaim'> & {
  get(id: string): Promise<Versioned<R> | undefined>;
};

const keyOf = ({ scope, key }: Idempotency): string => `${scope}\n${key}`;

/**
 * What a claim leads to. A record that was removed before its claims lapse (RETENTION_DAYS below one day) left a note of
 * how it ended: its work must not be done again in its name.
 */
async function recordOf<R>(id: string, records: KeyStore<R>): Promise<Found<R>> {
  const record = (await records.get(id))?.value;
  if (record) return { record };
  const removed = await records.findClaim('removed', id);
  return removed ? { removedAs: removed.value.fingerprint ?? 'failed' } : {};
}
interface Found<R> {
  readonly record?: R;
  readonly removedAs?: string;
}

/** The upload, or the delivery, that this key has given before. Undefined: none yet; another body is refused. */
export async function recordOfKey<R>(idempotency: Idempotency, records: KeyStore<R>): Promise<R | undefined> {
  const held = await records.findClaim('idempotencyKey', keyOf(idempotency));
  if (!held) return undefined;
  refuseOtherBody(held.value, idempotency);
  const { record, removedAs } = await recordOf(held.value.uploadId, records);
  if (removedAs !== undefined) throw hasEnded(held.value.uploadId, removedAs, 'Use a new Idempotency-Key');
  return record;
}

export interface KeyClaim<R> {
  readonly key: string;
  readonly held: Versioned<Claim>;
  readonly record?: R;
}

/** The claim that holds the key now, and what it has given where there is something already. */
export async function claimKey<R>(
  idempotency: Idempotency,
  id: string,
  records: KeyStore<R>,
  now: number,
): Promise<KeyClaim<R>> {
  const key = keyOf(idempotency);
  const mine: Claim = { uploadId: id, fingerprint: idempotency.fingerprint, claimedAt: now };
  const { won, held } = await records.claim('idempotencyKey', key, mine);
  if (won) return { key, held };
  refuseOtherBody(held.value, idempotency);
  const { record, removedAs } = await recordOf(held.value.uploadId, records);
  if (removedAs !== undefined) throw hasEnded(held.value.uploadId, removedAs, 'Use a new Idempotency-Key');
  if (record || now - held.value.claimedAt < keptMs) return { key, held, ...(record ? { record } : {}) };
  // the claim of a call that died long ago, or whose upload is purged: its id is too old to be used
  await records.replaceClaim('idempotencyKey', key, mine, held.version);
  return claimKey(idempotency, id, records, now);
}

/**
 * The id of the upload that these bytes on this item under this name are, and its record where there is one. With `allow`
 * another upload follows in any case, and the claim is only taken where it leads to nothing that answers. `mayAnswer`: whether
 * the caller may be given what is found.
 */
export async function claimDuplicate(
  sameness: string,
  id: string,
  duplicate: 'reuse' | 'allow',
  records: UploadRecords,
  now: number,
  mayAnswer: (record: UploadRecord) => boolean = () => true,
): Promise<{ id: string; record?: UploadRecord }> {
  const mine: Claim = { uploadId: id, claimedAt: now };
  const { won, held } = await records.claim('duplicate', sameness, mine);
  if (won || held.value.uploadId === id) return { id };
  const { record, removedAs } = await recordOf(held.value.uploadId, records);
  if (removedAs === 'succeeded' && duplicate === 'reuse')
    throw hasEnded(held.value.uploadId, removedAs, 'Ask for it with "duplicate": "allow"');
  const isOver = removedAs !== undefined;
  const answers = isOver
    ? false
    : record
      ? answersDuplicates(record, now) && mayAnswer(record)
      : now - held.value.claimedAt < keptMs;
  if (answers) return { id: held.value.uploadId, ...(record ? { record } : {}) };
  if (await records.replaceClaim('duplicate', sameness, mine, held.version)) return { id };
  return claimDuplicate(sameness, id, duplicate, records, now, mayAnswer);
}

/** A key whose call was answered by another upload stands for that one from now on. */
export async function rebindKey(
  { key, held }: KeyClaim<unknown>,
  uploadId: string,
  records: UploadRecords,
): Promise<void> {
  // false: an equal call at the same instant has done it
  await records.replaceClaim('idempotencyKey', key, { ...held.value, uploadId }, held.version);
}

const hasEnded = (id: string, state: string, remedy: string): UploadError =>
  new UploadError({
    code: 'AlreadyFinished',
    detail: `This request was accepted before as ${id}, which has ${state}; its record was removed (RETENTION_DAYS). ${remedy} to do it again.`,
  });

function refuseOtherBody(claim: Claim, { fingerprint }: Idempotency): void {
  if (claim.fingerprint === fingerprint) return;
  const detail = 'This Idempotency-Key was used with another body. Use a new key for a new request.';
  throw new UploadError({ code: 'IdempotencyKeyReused', detail });
}

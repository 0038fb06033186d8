import type { Instances } from '../../core/job/ports';
import type { UploadRecords } from '../../core/upload/ports';
import { keepCallback, refusalOfCallback } from '../callbacks/accept';
import { startCallback } from '../callbacks/startCallback';
import { uploadAccepted } from '../../core/upload/log';
import { Log, mailboxHash } from '../log';
import { httpStatusOf, Problem, UploadError } from '../../core/errors';
import { mailboxKey } from '../../core/items/path';
import type { UploadRecord } from '../../core/upload/record';
import * as start from '../../core/upload/request';
import type { Dependencies } from '../../dependencies';
import type { Settings } from '../../settings';
import { orchestratorNames } from '../../orchestrators/contract';
import { updateRecord } from '../jobs/records';
import { claimDuplicate, claimKey, Idempotency, rebindKey, recordOfKey } from './claims';
import { refuseWhileClosed } from './closed';
import { inspectSource, startRules, UploadSource } from './source';

export interface Accepted {
  readonly record: UploadRecord;
  /** An upload that was there before answers this call. */
  readonly reused: boolean;
}
export type AcceptDependencies = Pick<
  Dependencies,
  'settings' | 'blobs' | 'resources' | 'records' | 'callbacks' | 'secrets' | 'clock' | 'newId'
> & { readonly instances: Instances; readonly log?: Log };

/**
 * The one way in, for every entrance. A refusal is thrown as an UploadError and leaves nothing behind.
 *
 * Claims arbitrate, and a claim holds the id that the upload will have: whoever finds a claim without a record goes on
 * with that id, and the record is inserted once. So a crash between any two writes, a retry, and two equal calls at the
 * same instant all end in one upload. What is accepted and not started is started by whoever finds it so.
 */
export async function acceptUpload(
  wanted: start.WantedUpload,
  deps: AcceptDependencies,
  idempotency?: Idempotency,
): Promise<Accepted> {
  const refusal = refusalAtOnce(wanted, deps.settings);
  if (refusal && httpStatusOf(refusal.code) === 403) throw new UploadError(refusal); // before anything of the key is told
  // beside the key's look-up: it is needed mostly
  const looking = refusal ? Promise.reject(new UploadError(refusal)) : inspectSource(wanted, deps);
  looking.catch(() => undefined); // where the key answers, nobody asks what was found
  const earlier = idempotency && (await recordOfKey(idempotency, deps.records));
  if (earlier) return reuse(earlier, wanted, deps);
  refuseWhileClosed(deps.settings);
  return arbitrate(wanted, await looking, deps, idempotency);
}

/** What can be said before the blob is looked at, and before a key is. */
export const refusalAtOnce = (wanted: start.WantedUpload, settings: Settings): Problem | undefined =>
  (wanted.callbackUrl === undefined ? undefined : refusalOfCallback(wanted.callbackUrl, settings)) ??
  start.refusalBeforeLooking(wanted, startRules(settings));

async function arbitrate(
  wanted: start.WantedUpload,
  source: UploadSource,
  deps: AcceptDependencies,
  idempotency: Idempotency | undefined,
): Promise<Accepted> {
  const { records } = deps;
  const now = deps.clock();
  const key = idempotency && (await claimKey(idempotency, deps.newId(), records, now));
  if (key?.record) return reuse(key.record, wanted, deps);
  let id = key?.held.value.uploadId ?? deps.newId();
  const { sameness } = source;
  if (wanted.duplicate === 'reuse') {
    const same = await claimDuplicate(sameness, id, 'reuse', records, now, mayAnswer(wanted));
    if (key && same.id !== id) await rebindKey(key, same.id, records);
    if (same.record) return reuse(await withCallback(same.record, wanted, deps), wanted, deps);
    id = same.id;
  }
  const record = start.newRecord(await source.take(id, now));
  if (wanted.callbackUrl !== undefined) await keepCallback(id, 'upload', wanted.callbackUrl, deps);
  if (!(await records.insert(record))) return reuse(await recordOf(id, records), wanted, deps);
  if (wanted.duplicate === 'allow') await claimDuplicate(sameness, id, 'allow', records, now); // later ones may reuse it
  deps.log?.(uploadAccepted(record.request, mailboxHash(record.request)));
  await startQuietly(id, deps.instances);
  return { record, reused: false };
}

/**
 * An item is known by its id, whatever its path begins with. A person is given the uploads of the mailbox that she names alone: an
 * id of somebody else's item must not open what is told of it.
 */
const mayAnswer =
  ({ requestedBy, item }: start.WantedUpload) =>
  ({ request }: UploadRecord): boolean =>
    !requestedBy || (request.item !== null && mailboxKey(start.itemOf(request)) === mailboxKey(item));

/** Starts an active upload that nobody has started; fine where it runs. Those of a delivery wait for their turn. */
export async function startIfForgotten({ id, state, run, request }: UploadRecord, instances: Instances): Promise<void> {
  if (state !== 'active' || run !== undefined || request.delivery !== undefined) return;
  if ((await instances.status(id)) !== undefined) return;
  await startQuietly(id, instances);
}

/** The upload is accepted whether this works or not: what is not started now, the watch starts within a minute. */
async function startQuietly(id: string, instances: Instances): Promise<void> {
  await instances.start(orchestratorNames.attachFile, id, { id }).catch(() => undefined);
}

/** A duplicate's callback is told of the upload that answers it, unless that one has a callback already: it has one. */
async function withCallback(
  record: UploadRecord,
  { callbackUrl }: start.WantedUpload,
  deps: AcceptDependencies,
): Promise<UploadRecord> {
  if (callbackUrl === undefined || record.request.hasCallback) return record;
  await keepCallback(record.id, 'upload', callbackUrl, deps);
  const told = await updateRecord(deps.records, record.id, (now) => ({
    ...now,
    request: { ...now.request, hasCallback: true as const },
  }));
  if (told?.end) await startCallback(record.id, deps.instances).catch(() => undefined); // the watch comes by
  return told ?? record;
}

/** A person whose request another one's upload answers may follow it, too. */
async function reuse(
  record: UploadRecord,
  { requestedBy }: start.WantedUpload,
  { instances, records }: AcceptDependencies,
): Promise<Accepted> {
  await startIfForgotten(record, instances);
  const known = [record.request.requestedBy?.id, ...(record.alsoAskedBy ?? [])];
  if (!requestedBy || known.includes(requestedBy.id)) return { record, reused: true };
  const shared = await updateRecord(records, record.id, (now) => ({
    ...now,
    alsoAskedBy: [...(now.alsoAskedBy ?? []), requestedBy.id],
  }));
  return { record: shared ?? record, reused: true };
}

async function recordOf(id: string, records: UploadRecords): Promise<UploadRecord> {
  const found = await records.get(id);
  if (!found) throw new Error(`Upload ${id} was there and is gone.`);
  return found.value;
}

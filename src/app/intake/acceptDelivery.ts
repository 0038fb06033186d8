import type { DeliveryRecord } from '../../core/delivery/record';
import * as delivery from '../../core/delivery/request';
import type { Instances } from '../../core/job/ports';
import { httpStatusOf, Problem, UploadError } from '../../core/errors';
import { uploadIdIn } from '../../core/upload/id';
import type { UploadRequest } from '../../core/upload/record';
import { newRecord, refusalBeforeLooking } from '../../core/upload/request';
import type { Dependencies } from '../../dependencies';
import { orchestratorNames } from '../../orchestrators/contract';
import { deliveryAccepted } from '../../core/delivery/log';
import { Log, deliveryMailboxHash } from '../log';
import { keepCallback, refusalOfCallback } from '../callbacks/accept';
import { claimDuplicate, claimKey, Idempotency, KeyStore, recordOfKey } from './claims';
import { refuseWhileClosed } from './closed';
import { inspectSource, startRules, UploadSource } from './source';

export interface AcceptedDelivery {
  readonly delivery: DeliveryRecord;
  /** A delivery that was there before answers this call. */
  readonly replayed: boolean;
}
export type AcceptDependencies = Pick<
  Dependencies,
  'settings' | 'blobs' | 'resources' | 'records' | 'deliveries' | 'callbacks' | 'secrets' | 'clock' | 'newId'
> & { readonly instances: Instances; readonly log?: Log };

/**
 * The one way in, for every entrance. A refusal is thrown as an UploadError, names every file that it is about, and leaves
 * nothing behind. The record is what makes it accepted: its uploads' ids follow from its own, so that a crash between any
 * two writes, a retry and two equal calls at the same instant all end in one delivery of the same uploads.
 */
export async function acceptDelivery(
  wanted: delivery.WantedDelivery,
  deps: AcceptDependencies,
  idempotency?: Idempotency,
): Promise<AcceptedDelivery> {
  refuseForm(delivery.deliveryFaults(wanted));
  const refusals = refusalsAtOnce(wanted, deps);
  refuseAll(refusals.filter(({ problem }) => httpStatusOf(problem.code) === 403)); // before anything of the key is told
  const store = keyStore(deps);
  const earlier = idempotency && (await recordOfKey(idempotency, store));
  if (earlier) return replay(earlier, deps);
  refuseWhileClosed(deps.settings);
  refuseAll(refusals);
  const sources = await inspectFiles(wanted, deps);
  const now = deps.clock();
  const tooLarge = delivery.sizeRefusal(
    wanted,
    sources.map((source) => source.request('', now)),
  );
  if (tooLarge) refuseAll([{ pointer: '/attachments', problem: tooLarge }]);
  const key = idempotency && (await claimKey(idempotency, deps.newId(), store, now));
  if (key?.record) return replay(key.record, deps);
  return insert(key?.held.value.uploadId ?? deps.newId(), wanted, sources, now, deps);
}

async function insert(
  id: string,
  wanted: delivery.WantedDelivery,
  sources: readonly UploadSource[],
  now: number,
  deps: AcceptDependencies,
): Promise<AcceptedDelivery> {
  const taken = await Promise.all(sources.map((source, index) => source.take(uploadIdIn(id, index), now)));
  const uploads = taken.map((upload): UploadRequest => {
    const item = wanted.to.kind === 'item' ? upload.item : null;
    const verify = wanted.verify === 'required' ? ({ verify: 'required' } as const) : {};
    return { ...upload, item, delivery: id, ...verify };
  });
  const { record, input } = delivery.newDelivery(id, wanted, uploads, startRules(deps.settings), now);
  if (wanted.callbackUrl !== undefined) await keepCallback(id, 'delivery', wanted.callbackUrl, deps);
  if (!(await deps.deliveries.insert(record, input))) {
    const winner = await deps.deliveries.get(id);
    if (!winner) throw new Error(`Delivery ${id} was there and is gone.`);
    return replay(winner.value, deps);
  }
  await Promise.all(uploads.map((upload) => deps.records.insert(newRecord(upload))));
  if (wanted.to.kind === 'item') await claimDuplicates(uploads, sources, now, deps);
  const bytes = uploads.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
  deps.log?.(deliveryAccepted(record, deliveryMailboxHash(record), bytes));
  await startQuietly(id, deps.instances);
  return { delivery: record, replayed: false };
}

/** An upload that asks for the same later is answered by the delivery's own; a draft's item is not known yet. */
async function claimDuplicates(
  uploads: readonly UploadRequest[],
  sources: readonly UploadSource[],
  now: number,
  { records }: AcceptDependencies,
): Promise<void> {
  const claims = uploads.map(async ({ id }, index) => {
    const sameness = sources[index]?.sameness;
    if (sameness !== undefined) await claimDuplicate(sameness, id, 'allow', records, now);
  });
  await Promise.all(claims);
}

/** Starts a delivery that nobody has started; fine where it runs. */
export async function startDeliveryIfForgotten(
  { id, state, run }: DeliveryRecord,
  instances: Instances,
): Promise<void> {
  if (state !== 'active' || run !== undefined || (await instances.status(id)) !== undefined) return;
  await startQuietly(id, instances);
}

/** It is accepted whether this works or not: what is not started now, the watch starts within a minute. */
async function startQuietly(id: string, instances: Instances): Promise<void> {
  await instances.start(orchestratorNames.deliver, id, { id }).catch(() => undefined);
}

async function replay(record: DeliveryRecord, { instances }: AcceptDependencies): Promise<AcceptedDelivery> {
  await startDeliveryIfForgotten(record, instances);
  return { delivery: record, replayed: true };
}

const keyStore = ({ records, deliveries }: AcceptDependencies): KeyStore<DeliveryRecord> => ({
  claim: (...args) => records.claim(...args),
  findClaim: (...args) => records.findClaim(...args),
  replaceClaim: (...args) => records.replaceClaim(...args),
  get: (id) => deliveries.get(id),
});

interface Refusal {
  readonly pointer: string;
  readonly problem: Problem;
}

/** All that speaks against it before any blob is looked at: the delivery itself once, then each of its files. */
function refusalsAtOnce(wanted: delivery.WantedDelivery, { settings }: AcceptDependencies): Refusal[] {
  const rules = startRules(settings);
  const refusals: Refusal[] = [];
  if (wanted.send && !settings.sendEnabled) refusals.push({ pointer: '/send', problem: sendNotAllowed });
  const { callbackUrl } = wanted;
  const ofCallback = callbackUrl === undefined ? undefined : refusalOfCallback(callbackUrl, settings);
  if (ofCallback) refusals.push({ pointer: '/callbackUrl', problem: ofCallback });
  const anyFile = delivery.wantedUpload(wanted, { blob: undefined, isInline: false }, '');
  const ofAll = refusalBeforeLooking(anyFile, rules);
  if (ofAll) refusals.push({ pointer: wanted.to.kind === 'item' ? '/item' : '/mailbox', problem: ofAll });
  wanted.files.forEach((file, index) => {
    const problem = refusalBeforeLooking(delivery.wantedUpload(wanted, file, ''), rules);
    if (!problem || problem.code === ofAll?.code) return;
    refusals.push({ pointer: `/attachments/${index}/${file.blob ? 'blob' : 'resource'}`, problem });
  });
  return refusals;
}

async function inspectFiles(wanted: delivery.WantedDelivery, deps: AcceptDependencies): Promise<UploadSource[]> {
  const looks = await Promise.all(wanted.files.map((file) => inspect(delivery.wantedUpload(wanted, file, ''), deps)));
  refuseAll(
    looks.flatMap((look, index) => {
      if (!('problem' in look)) return [];
      const field = look.problem.code === 'BlobChanged' ? 'ifMatch' : wanted.files[index]?.blob ? 'blob' : 'resource';
      return [{ pointer: `/attachments/${index}/${field}`, problem: look.problem }];
    }),
  );
  return looks.flatMap((look) => ('source' in look ? [look.source] : []));
}

async function inspect(
  wanted: Parameters<typeof inspectSource>[0],
  deps: AcceptDependencies,
): Promise<{ source: UploadSource } | { problem: Problem }> {
  try {
    return { source: await inspectSource(wanted, deps) };
  } catch (cause) {
    if (cause instanceof UploadError) return { problem: cause.problem };
    throw cause;
  }
}

/** 403 before the rest; what storage did not answer only where nothing else is wrong. */
function refuseAll(refusals: readonly Refusal[]): void {
  const rank = ({ problem }: Refusal): number => {
    const status = httpStatusOf(problem.code);
    return status === 403 ? 0 : status < 500 ? 1 : 2;
  };
  const least = Math.min(...refusals.map(rank));
  const problem = delivery.together(refusals.filter((refusal) => rank(refusal) === least));
  if (problem) throw new UploadError(problem);
}

function refuseForm(errors: ReturnType<typeof delivery.deliveryFaults>): void {
  if (errors.length === 0) return;
  const detail = errors.map((fault) => `${fault.pointer}: ${fault.detail}`).join(' ');
  throw new UploadError({ code: 'InvalidRequest', detail, errors });
}

const sendNotAllowed: Problem = {
  code: 'SendNotAllowed',
  detail: 'This app may not send (SEND_ENABLED). Leave send out, and send the draft yourself.',
};

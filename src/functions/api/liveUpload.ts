import { doorOf } from '../../app/access/caller';
import { accessTo, jobTarget, notYours } from '../../app/access/refusals';
import { UploadError } from '../../core/errors';
import type { UploadRecord } from '../../core/upload/record';
import { viewOf } from '../../core/callback/callback';
import { CallbackView, LiveStatus, parseLiveStatus, uploadResource } from '../../core/upload/resource';
import { isUploadId } from '../../core/upload/id';
import type { HttpDependencies } from './serve';
import { askAgainSeconds, Rendered, renderJson } from './conditionalGet';

/** A record with what its orchestration says now, as far as it is not final. */
export interface LiveUpload {
  readonly record: UploadRecord;
  readonly live: LiveStatus | undefined;
  /** Whether its orchestration is at work; false also where there is none. */
  readonly runs: boolean;
  readonly callback?: CallbackView;
}

export async function joinLive(
  record: UploadRecord,
  { instances }: Pick<HttpDependencies, 'instances'>,
): Promise<LiveUpload> {
  const status = record.state === 'active' ? await instances.status(record.id) : undefined;
  const runs = status?.runtimeStatus === 'Running' || status?.runtimeStatus === 'Pending';
  return { record, live: parseLiveStatus(status?.customStatus), runs };
}

/** How the callback stands of what has one. */
export async function callbackOf(
  { id, request }: { readonly id: string; readonly request: { readonly hasCallback?: true } },
  { callbacks }: Pick<HttpDependencies, 'callbacks'>,
): Promise<CallbackView | undefined> {
  const held = request.hasCallback ? await callbacks.all.get(id) : undefined;
  return held && viewOf(held.value);
}

/** An upload as it is shown to somebody who asks for it. */
export async function joinUpload(
  record: UploadRecord,
  deps: Pick<HttpDependencies, 'instances' | 'callbacks'>,
): Promise<LiveUpload> {
  const [live, callback] = await Promise.all([joinLive(record, deps), callbackOf(record, deps)]);
  return { ...live, ...callbackMember(callback) };
}

/** The same for one that was accepted just now: nobody works on a new one yet. */
export const joinAccepted = async (
  record: UploadRecord,
  reused: boolean,
  deps: Pick<HttpDependencies, 'instances' | 'callbacks'>,
): Promise<LiveUpload> =>
  reused
    ? joinUpload(record, deps)
    : { record, live: undefined, runs: false, ...callbackMember(await callbackOf(record, deps)) };

const callbackMember = (callback: CallbackView | undefined) => (callback ? { callback } : {});

/** The record of the id in the route. Throws `UploadNotFound`, also for what the caller may not see, and `NotYours`. */
export async function recordOfRoute(
  id: string | undefined,
  { records, caller }: Pick<HttpDependencies, 'records' | 'caller'>,
  action: 'see' | 'operate' | 'reach' = 'see',
): Promise<UploadRecord> {
  const record = id !== undefined && isUploadId(id) ? (await records.get(id))?.value : undefined;
  const target = record && jobTarget({ ...record.request, alsoAskedBy: record.alsoAskedBy ?? [] });
  const access = target && accessTo(caller, action, target);
  if (record && access === 'open') return record;
  if (access === 'forbidden' && target) throw new UploadError(notYours(target.owner ?? 'of this upload'));
  throw new UploadError({ code: 'UploadNotFound', detail: 'There is no upload with this id. Old ones are removed.' });
}

/** The upload as JSON with its ETag, and when to ask again while it is not final. */
export function render(
  { record, live, callback }: LiveUpload,
  { clock, caller }: Pick<HttpDependencies, 'clock' | 'caller'>,
): Rendered {
  const until = live?.status === 'waiting' ? live.waitingUntil : undefined;
  const resource = uploadResource(record, live, { door: doorOf(caller), callback });
  return renderJson(resource, record.state === 'active' ? askAgainSeconds(until, clock()) : undefined);
}

import { Answer, answered, begun, Callback, eventIdOf, isDue } from '../../core/callback/callback';
import { callbackGivenUp } from '../../core/callback/log';
import { cloudEvent } from '../../core/callback/event';
import { deliveryResource } from '../../core/delivery/resource';
import { uploadResource } from '../../core/upload/resource';
import { parseRetryAfter } from '../../core/retry';
import type { Dependencies } from '../../dependencies';
import type { CallbackAttempted } from '../../orchestrators/contract';
import type { Log } from '../log';
import { updateRecord } from '../jobs/records';
import { refusalOfCallback, sealContext } from './accept';
import { signedHeaders } from './signature';

export type AttemptDependencies = Pick<
  Dependencies,
  'callbacks' | 'callbackSender' | 'secrets' | 'records' | 'deliveries' | 'settings' | 'clock'
>;

/**
 * One attempt to tell the end, if one is due. It is counted before it is made: of two at once one makes it, and one that
 * dies has been made. Receivers know a repeated event by its id.
 */
export async function attemptCallback(id: string, deps: AttemptDependencies, log: Log): Promise<CallbackAttempted> {
  const held = await deps.callbacks.all.get(id);
  if (!held) return { kind: 'over' };
  const now = deps.clock();
  if (!isDue(held.value, now)) return closing(held.value, deps);
  const resource = await resourceOf(held.value, deps);
  if (resource === 'running') return { kind: 'over' }; // its end starts this again
  const counted = begun(held.value, now);
  if (!(await deps.callbacks.all.replace(id, counted, held.version, now))) return attemptCallback(id, deps, log);
  const answer = await tell(held.value, resource, deps);
  const told = await updateRecord(storeOf(deps), id, (callback) =>
    callback.attempts === counted.attempts
      ? answered({ ...callback, status: 'pending' }, answer, deps.clock())
      : undefined,
  );
  if (told?.status === 'failed') log(callbackGivenUp(told, answer));
  return told ? closing(told, deps) : { kind: 'over' };
}

/** What is over leaves the list of open ones; what is not comes again. */
async function closing(
  { id, status, nextAttemptAt }: Callback,
  { callbacks }: AttemptDependencies,
): Promise<CallbackAttempted> {
  if (status === 'pending' && nextAttemptAt !== null) return { kind: 'later', at: nextAttemptAt };
  await callbacks.open.remove(id);
  return { kind: 'over' };
}

/** `resource` is undefined where its record was removed meanwhile. */
async function tell(
  callback: Callback,
  resource: Record<string, unknown> | undefined,
  deps: AttemptDependencies,
): Promise<Answer> {
  const { settings, secrets, clock } = deps;
  const url = secrets.open(callback.sealedUrl, sealContext(callback.id));
  if (!resource) return { kind: 'refused' };
  // the settings may have changed since it was accepted, and may change back
  if (url === undefined || refusalOfCallback(url, settings)) return { kind: 'notAllowed' };
  const eventId = eventIdOf(callback);
  const event = cloudEvent(callback.kind, eventId, settings.origin, resource, (text) => Buffer.byteLength(text));
  const body = JSON.stringify(event);
  const headers = {
    'content-type': 'application/cloudevents+json; charset=utf-8',
    ...signedHeaders(eventId, clock(), body, settings.webhookSecrets),
  };
  const said = await deps.callbackSender.post(url, headers, body);
  if (said.kind !== 'answer') return said.kind === 'private' ? { kind: 'refused' } : { kind: 'none' };
  const retryAfterMs = parseRetryAfter(said.retryAfter, said.date, clock());
  return { kind: 'answer', status: said.status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** The resource as it ended. */
async function resourceOf(
  { id, kind }: Callback,
  { records, deliveries }: AttemptDependencies,
): Promise<Record<string, unknown> | 'running' | undefined> {
  if (kind === 'upload') {
    const record = (await records.get(id))?.value;
    return record && (record.end ? uploadResource(record, undefined) : 'running');
  }
  const record = (await deliveries.get(id))?.value;
  if (!record?.end) return record && 'running';
  const uploads = await Promise.all(record.request.uploads.map((upload) => records.get(upload)));
  return deliveryResource(
    record,
    uploads.flatMap((upload) => (upload ? [{ record: upload.value }] : [])),
  );
}

const storeOf = ({ callbacks, clock }: AttemptDependencies) => ({
  get: (id: string) => callbacks.all.get(id),
  replace: (callback: Callback, version: string) => callbacks.all.replace(callback.id, callback, version, clock()),
});

import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { UploadError } from '../../core/errors';
import type { UploadRecord } from '../../core/upload/record';
import { eventNames } from '../../orchestrators/contract';
import { updateRecord } from '../../app/jobs/records';
import { HttpDependencies, serve } from './serve';
import { joinUpload, recordOfRoute, render } from './liveUpload';

/**
 * DELETE /api/uploads/{id}: 202 while it is being cancelled, 200 where it is cancelled, 409 where it has ended otherwise.
 * The record is marked before the event is raised: an orchestration that starts only now, or loses the event, reads it.
 */
export async function cancelUpload(request: HttpRequest, deps: HttpDependencies): Promise<HttpResponseInit> {
  const found = await recordOfRoute(request.params['id'], deps, 'operate');
  if (found.request.delivery !== undefined && found.state === 'active') throw ofDelivery(found.request.delivery);
  const unstarted = found.run === undefined && (await deps.instances.status(found.id)) === undefined;
  const record = await updateRecord(deps.records, found.id, (now) => cancelled(now, unstarted, deps.clock()));
  if (!record || record.state === 'succeeded' || record.state === 'failed') throw finished(record?.state);
  if (record.state === 'active') await deps.instances.raise(record.id, eventNames.cancelRequested, null);
  const { headers, body } = render(await joinUpload(record, deps), deps);
  return { status: record.state === 'cancelled' ? 200 : 202, headers, body };
}

/** Nobody works on one that was never started: it ends here, and an execution that comes later finds it ended. */
function cancelled(record: UploadRecord, unstarted: boolean, now: number): UploadRecord | undefined {
  if (record.state !== 'active') return undefined;
  const marked = { ...record, cancelRequestedAt: record.cancelRequestedAt ?? now, updatedAt: now };
  if (!unstarted || record.run !== undefined) return record.cancelRequestedAt === undefined ? marked : undefined;
  const timeline = [{ at: now, event: 'cancelRequested' as const }];
  const end = { status: 'cancelled' as const, warnings: record.request.warnings, timeline, bytesSent: 0, endedAt: now };
  return { ...marked, state: end.status, end };
}

const finished = (state: string | undefined): UploadError =>
  new UploadError({
    code: 'AlreadyFinished',
    detail: `The upload has ${state ?? 'gone'}: there is nothing to cancel.`,
  });

const ofDelivery = (delivery: string): UploadError =>
  new UploadError({
    code: 'NotFinished',
    detail: `The upload belongs to the delivery ${delivery}, which is not finished: cancel that one.`,
  });

serve('cancelUpload', cancelUpload);

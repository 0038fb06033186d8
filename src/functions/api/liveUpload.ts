import type { Instances } from '../../core/job/ports';
import { UploadError } from '../../core/errors';
import type { UploadRecord } from '../../core/upload/record';
import { LiveStatus, parseLiveStatus, uploadResource } from '../../core/upload/resource';
import { isUploadId } from '../../core/upload/id';
import type { HttpDependencies } from './serve';
import { askAgainSeconds, Rendered, renderJson } from './conditionalGet';

/** A record with what its orchestration says now, as far as it is not final. */
export interface LiveUpload {
  readonly record: UploadRecord;
  readonly live: LiveStatus | undefined;
  /** Whether its orchestration is at work; false also where there is none. */
  readonly runs: boolean;
}

export async function joinLive(record: UploadRecord, instances: Instances): Promise<LiveUpload> {
  const status = record.state === 'active' ? await instances.status(record.id) : undefined;
  const runs = status?.runtimeStatus === 'Running' || status?.runtimeStatus === 'Pending';
  return { record, live: parseLiveStatus(status?.customStatus), runs };
}

/** The record of the id in the route. Throws `UploadNotFound`. */
export async function recordOfRoute(id: string | undefined, { records }: HttpDependencies): Promise<UploadRecord> {
  const found = id !== undefined && isUploadId(id) ? await records.get(id) : undefined;
  if (found) return found.value;
  throw new UploadError({ code: 'UploadNotFound', detail: 'There is no upload with this id. Old ones are removed.' });
}

/** The upload as JSON with its ETag, and when to ask again while it is not final. */
export function render({ record, live }: Pick<LiveUpload, 'record' | 'live'>, now: number): Rendered {
  const until = live?.status === 'waiting' ? live.waitingUntil : undefined;
  return renderJson(uploadResource(record, live), record.state === 'active' ? askAgainSeconds(until, now) : undefined);
}

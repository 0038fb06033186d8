import { keptBeside, Lately } from '../../core/lately';
import type { UploadRequest } from '../../core/upload/record';
import type { UploadRecords } from '../../core/upload/ports';

const requests = keptBeside(() => new Lately<UploadRequest>(500));

/** The request of an upload: it never changes once its item is known, so it is read from the record once a process. */
export async function requestOf(id: string, records: Pick<UploadRecords, 'get' | 'lately'>): Promise<UploadRequest> {
  const cache = requests(records);
  const known = cache.get(id);
  if (known) return known;
  const found = records.lately?.(id) ?? (await records.get(id));
  if (!found) throw new Error(`The record of upload ${id} is gone.`);
  const { request } = found.value;
  if (request.item === null) return request;
  cache.set(id, request);
  return request;
}

import type { UploadRequest } from '../../core/upload/record';
import type { UploadRecords } from '../../core/upload/ports';

const mostKept = 500;
const kept = new WeakMap<object, Map<string, UploadRequest>>();

/** The request of an upload: it never changes once its item is known, so it is read from the record once a process. */
export async function requestOf(id: string, records: Pick<UploadRecords, 'get'>): Promise<UploadRequest> {
  const cache = kept.get(records) ?? new Map<string, UploadRequest>();
  kept.set(records, cache);
  const known = cache.get(id);
  if (known) return known;
  const found = await records.get(id);
  if (!found) throw new Error(`The record of upload ${id} is gone.`);
  const { request } = found.value;
  if (request.item === null) return request;
  cache.set(id, request);
  const [oldest] = cache.keys();
  if (cache.size > mostKept && oldest !== undefined) cache.delete(oldest);
  return request;
}

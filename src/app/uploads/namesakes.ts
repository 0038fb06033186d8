import { isOurName, mayShowAfter } from '../../core/upload/evidence';
import type { UploadRecord, UploadRequest } from '../../core/upload/record';
import type { Dependencies } from '../../dependencies';
import { planOf } from './plan';

/** The newest ones of an item: older ones have ended before this upload began. */
const most = 100;

/**
 * Whether another upload of such a name has sent ranges to this item since ours was accepted. Where contents cannot be read, what
 * it has left without knowing looks like ours: the part of a file that the service took for complete too early.
 */
export async function hasNamesake(
  { id, request, keys }: UploadRecord,
  { records }: Pick<Dependencies, 'records'>,
): Promise<boolean> {
  const ofPath = request.item === null ? [] : await records.list({ item: request.item }, most, undefined);
  const ofItem = (await records.listActive()).filter((one) => one.keys?.item === keys?.item); // under any of its paths
  return [...ofPath, ...ofItem].some(
    (one) =>
      one.id !== id &&
      isOurName(one.request.name, request.name) &&
      hasRanges(one.request) &&
      mayShowAfter(one, request),
  );
}

const hasRanges = (request: UploadRequest): boolean =>
  planOf(request).way === 'session' && (request.sizeBytes ?? 0) > request.policy.rangeSizeBytes;

import type { SavedProgress } from '../../core/upload/checkpoint';
import { minutes } from '../../core/retry';
import { isOurName, isPlausible } from '../../core/upload/evidence';
import type { Outcome } from '../../core/upload/machine/progress';
import type { UploadRequest } from '../../core/upload/record';
import { itemOf } from '../../core/upload/request';
import { readFailure } from '../../core/wire/failure';
import type { PostAttachment } from '../../core/wire/resources';
import type { Dependencies } from '../../dependencies';
import { uploadOutcome } from './outcome';

/** Clocks differ: a post that is a little older than the upload by the service's clock may be its own. */
const clockMarginMs = minutes(2);

/** After an unclear reply to a thread: whether one of the posts that came since carries our file. */
export async function searchReply(
  request: UploadRequest,
  progress: SavedProgress | undefined,
  deps: Dependencies,
): Promise<Outcome> {
  const read = await deps.messages.posts(itemOf(request), request.createdAt - clockMarginMs);
  if (read.kind !== 'posts') return uploadOutcome(readFailure('listPosts', read, deps.clock()));
  const isThere = read.posts.some(({ attachments }) => attachments.some((one) => isOurs(one, request, progress)));
  return isThere ? { kind: 'replied' } : { kind: 'absent', lookalikes: [], isWhole: true };
}

/** By its bytes where they come along with the post, otherwise by what the post says of it. */
function isOurs(one: PostAttachment, { name, sizeBytes }: UploadRequest, progress: SavedProgress | undefined): boolean {
  const ours = progress?.digests[0]?.sha256; // a reply carries the file whole
  if (one.sha256 !== undefined && ours !== undefined) return one.sha256 === ours;
  return isOurName(one.name, name) && (sizeBytes === null || isPlausible(one.sizeBytes, sizeBytes));
}

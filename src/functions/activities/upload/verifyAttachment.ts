import type { Outcome } from '../../../core/upload/machine/outcome';
import { readReply } from '../../../core/wire/replies';
import type { Dependencies } from '../../../dependencies';
import { isBlob, partsOf } from '../../../app/uploads/compare';
import { claimAttachment } from '../../../app/uploads/ownership';
import { itemOf } from '../../../core/upload/request';
import { StepCall, stepActivity } from './step';

/** Reads the attachment back through `$value` and compares it with what was read from the blob. */
export async function verifyAttachment(
  { request, step }: StepCall<'verifyAttachment'>,
  deps: Dependencies,
): Promise<Outcome> {
  const totalBytes = request.sizeBytes ?? 0;
  const read = await deps.attachments.digest(itemOf(request), step.attachmentId, partsOf(step.digests, totalBytes));
  if (read.kind !== 'digest') return readReply('value', read, totalBytes, deps.clock());
  const same = await isBlob(deps.blobs, request, step.digests, read);
  if (typeof same !== 'boolean') return same;
  if (!same) return { kind: 'mismatch' };
  // written down before the next upload of this name may begin: what it finds with these bytes is not its own
  await claimAttachment(deps, itemOf(request), step.attachmentId, request.id);
  return { kind: 'verified', sha256: read.sha256 };
}

stepActivity('verifyAttachment', verifyAttachment);

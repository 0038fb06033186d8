import { claimedBy, withBaseline } from '../../../app/uploads/keys';
import { claimAttachment, hashOfId } from '../../../app/uploads/ownership';
import { readBack } from '../../../app/uploads/read';
import { claimUnlisted } from '../../../app/uploads/unlisted';
import { isOurName } from '../../../core/upload/evidence';
import { itemOf } from '../../../core/upload/request';
import type { Outcome } from '../../../core/upload/machine/progress';
import { readFailure } from '../../../core/wire/failure';
import { parseAttachment } from '../../../core/wire/resources';
import type { Dependencies } from '../../../dependencies';
import { uploadOutcome } from '../../../app/uploads/outcome';
import { StepCall, stepActivity } from './step';

/**
 * Asks Graph for the attachment's metadata, which give its id as lists have it, then reads its content back and compares it. The
 * upload host's `Location` may have given another id for it (docs/outlook-facts.md#two-ids).
 */
export async function verifyAttachment(
  { request, step, progress }: StepCall<'verifyAttachment'>,
  deps: Dependencies,
): Promise<Outcome> {
  const item = itemOf(request);
  const reply = await deps.attachments.metadata(item, step.attachmentId, undefined);
  const listed = reply.kind === 'reply' && reply.status === 200 ? parseAttachment(reply.json) : undefined;
  if (!listed) {
    // the id of a POST is that of lists, and claimed
    if (progress?.way === 'session') await claimUnlisted(request, step.attachmentId, deps);
    return uploadOutcome(readFailure('metadata', reply, deps.clock()));
  }
  const record = await withBaseline(request.id, deps.records);
  if (record?.facts.before?.includes(hashOfId(listed.id))) return { kind: 'another' };
  // written down before the next upload to this item may commit: what it finds with these bytes is not its own
  if (!(await claimAttachment(deps, claimedBy(request, record), listed.id, request.id))) return { kind: 'another' };
  const read = await readBack(request, item, listed, progress?.digests ?? [], step.byRange, deps);
  if (read.kind !== 'readBack') return { ...read, listed: { id: listed.id, name: listed.name } };
  const { verdict, sha256, sizeBytes } = read;
  // under another name and with other bytes: the service may have named somebody else's
  if (verdict === 'differs' && !isOurName(listed.name, request.name)) return { kind: 'another' };
  const { id, name, isInline } = listed;
  return { kind: 'read', id, name, ...(isInline === undefined ? {} : { isInline }), verdict, sha256, sizeBytes };
}

stepActivity('verifyAttachment', verifyAttachment);

import { claimedItem } from '../../../app/uploads/keys';
import { claimAttachment } from '../../../app/uploads/ownership';
import { attachmentBody } from '../../../app/uploads/body';
import { blobFault, sha256 } from '../../../app/uploads/compare';
import type { Problem } from '../../../core/errors';
import { resourceRefused } from '../../../app/uploads/resourceRefused';
import { searchReply } from '../../../app/uploads/searchReply';
import { itemOf } from '../../../core/upload/request';
import type { Outcome } from '../../../core/upload/machine/progress';
import { kindOf } from '../../../core/items/kinds';
import { readFailure } from '../../../core/wire/failure';
import { readPost, readReplied } from '../../../core/wire/success';
import type { Dependencies } from '../../../dependencies';
import { uploadOutcome } from '../../../app/uploads/outcome';
import { StepCall, stepActivity } from './step';

/**
 * The single POST cannot be repeated blindly: each one attaches. Of two runs of the same step only the first sends, so what it
 * says of itself ("not done: storage is out of reach") is true of the step. Any other run says that the outcome is unclear.
 */
export async function postAttachment(call: StepCall<'postAttachment'>, deps: Dependencies): Promise<Outcome> {
  if (call.turn !== 'first') return { kind: 'unclear' };
  return call.request.resource ? postResource(call, deps) : postFile(call, deps);
}

async function postFile(call: StepCall<'postAttachment'>, deps: Dependencies): Promise<Outcome> {
  const { request } = call;
  const { blob, sizeBytes } = request;
  if (blob === null || sizeBytes === null) throw new Error(`Upload ${request.id} has nothing to post.`);
  const read = await deps.blobs.read(blob, { start: 0, end: sizeBytes - 1 });
  if (read.kind !== 'bytes') return blobFault(read.kind);
  try {
    const digests = [{ start: 0, end: sizeBytes - 1, sha256: sha256(read.bytes) }];
    return { ...(await post(call, attachmentBody(request, read.bytes), deps)), digests };
  } finally {
    read.release();
  }
}

/** A resource holds nothing that could be compared later: it is found again by its name alone. */
async function postResource(call: StepCall<'postAttachment'>, deps: Dependencies): Promise<Outcome> {
  const read = await deps.resources.read(call.request.id);
  if (read.kind === 'unreachable') return { kind: 'storageDown' };
  if (read.kind !== 'resource') return { kind: 'sourceGone', problem: resourceGone };
  return resourceRefused(await post(call, attachmentBody(call.request, Buffer.from(read.json)), deps));
}

async function post(
  { request, progress, mayStillAct }: StepCall<'postAttachment'>,
  body: string,
  deps: Dependencies,
): Promise<Outcome> {
  const item = itemOf(request);
  const isReply = kindOf(item.form).protocol === 'reply';
  if (isReply && (progress?.tries.notFound ?? 0) > 0) {
    // no error of a reply proves that it was not posted (docs/outlook-facts.md#send-proves-nothing)
    const seen = await searchReply(request, progress, deps);
    if (seen.kind !== 'absent') return seen;
  }
  if (!(await mayStillAct())) return { kind: 'unclear' };
  const reply = await deps.attachments.post(item, body);
  const attached = isReply ? readReplied(reply) : readPost(reply);
  if (!attached) return uploadOutcome(readFailure(isReply ? 'reply' : 'post', reply, deps.clock()));
  // before the next upload to this item may commit: what it finds with these bytes is not its own
  if (attached.kind === 'attached')
    await claimAttachment(deps, await claimedItem(request, deps), attached.id, request.id);
  return attached;
}

const resourceGone: Problem = {
  code: 'Internal',
  detail: 'The resource that was put aside for this upload is gone. Send the request again.',
};

stepActivity('postAttachment', postAttachment);

import { resourceRefused } from '../../../core/upload/graphResource';
import type { Outcome } from '../../../core/upload/machine/outcome';
import { readReply } from '../../../core/wire/replies';
import type { Problem } from '../../../core/errors';
import type { Dependencies } from '../../../dependencies';
import { attachmentBody } from '../../../app/uploads/body';
import { blobFault, sha256 } from '../../../app/uploads/compare';
import { takeTurn, Turn } from '../../../app/jobs/records';
import { itemOf } from '../../../core/upload/request';
import { StepCall, stepActivity } from './step';

/** Between the last look at the record and the request nothing may take longer: a run that slept must not send any more. */
const staleAfterMs = 5_000;

/**
 * The single POST cannot be repeated: it attaches each time. So it takes its turn on the record before anything else: of
 * two runs of the same step only the first can send, and what it says of itself ("not sent: storage is out of reach") is
 * true of the step. Any other run says that the outcome is open, and then the item is looked at.
 */
export async function postAttachment(call: StepCall<'postAttachment'>, deps: Dependencies): Promise<Outcome> {
  if ((await turnOfStep(call, deps)) !== 'first') return { kind: 'uncertain' };
  return call.request.resource ? postResource(call, deps) : postFile(call, deps);
}

async function postFile(call: StepCall<'postAttachment'>, deps: Dependencies): Promise<Outcome> {
  const { request } = call;
  const { blob, sizeBytes } = request;
  if (blob === null || sizeBytes === null) throw new Error(`Upload ${request.id} has nothing to post.`);
  const read = await deps.blobs.read(blob, { start: 0, end: sizeBytes - 1 });
  if (read.kind !== 'bytes') return blobFault(read.kind);
  try {
    const digest = { start: 0, end: sizeBytes - 1, sha256: sha256(read.bytes) };
    return { ...(await post(call, attachmentBody(request, read.bytes), deps)), digest };
  } finally {
    read.release();
  }
}

/** A resource holds nothing that could be compared later: it is found again by its name alone. */
async function postResource(call: StepCall<'postAttachment'>, deps: Dependencies): Promise<Outcome> {
  const read = await deps.resources.read(call.request.id);
  if (read.kind === 'unreachable') return { kind: 'storage' };
  if (read.kind !== 'resource') return { kind: 'sourceGone', problem: resourceGone };
  return resourceRefused(await post(call, attachmentBody(call.request, Buffer.from(read.json)), deps));
}

/** Sends, unless a newer step has been there while the bytes were read. */
async function post(call: StepCall<'postAttachment'>, body: string, deps: Dependencies): Promise<Outcome> {
  const { request } = call;
  const startedAt = deps.clock();
  if ((await turnOfStep(call, deps)) !== 'again') return { kind: 'uncertain' };
  if (deps.clock() - startedAt > staleAfterMs) return { kind: 'uncertain' };
  return readReply('post', await deps.attachments.post(itemOf(request), body), request.sizeBytes ?? 0, deps.clock());
}

const turnOfStep = ({ request, step, execution }: StepCall<'postAttachment'>, deps: Dependencies): Promise<Turn> =>
  takeTurn(deps, request.id, execution, step.no);

const resourceGone: Problem = {
  code: 'Internal',
  detail: 'The resource that was put aside for this upload is not there any more. Send it again.',
};

stepActivity('postAttachment', postAttachment);

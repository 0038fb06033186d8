import { createHash } from 'node:crypto';
import type { Outcome } from '../../core/outcome';
import { readReply } from '../../core/replies';
import type { UploadRequest } from '../../core/uploadRecord';
import type { Dependencies } from '../../dependencies';
import { attachmentBody } from './attachmentBody';
import { blobFault } from './content';
import { takeTurn } from './records';
import { itemOf, StepCall, stepActivity } from './stepActivity';

/** Between the last look at the record and the request nothing may take longer: a run that slept must not send any more. */
const staleAfterMs = 5_000;

/**
 * The single POST cannot be repeated: it attaches each time. So it takes its turn on the record before anything else: of
 * two runs of the same step only the first can send, and what it says of itself ("not sent: storage is out of reach") is
 * true of the step. Any other run says that the outcome is open, and then the item is looked at.
 */
export async function postAttachment(call: StepCall<'postAttachment'>, deps: Dependencies): Promise<Outcome> {
  const { request, step, execution } = call;
  const turn = (): ReturnType<typeof takeTurn> => takeTurn(deps, request.id, execution, step.no);
  if ((await turn()) !== 'first') return { kind: 'uncertain' };
  const source = request.resourceBlob ?? request.blob;
  if (!source) throw new Error(`Upload ${request.id} has nothing to post.`);
  const size = request.sizeBytes ?? (await resourceSize(deps, source.container, source.name));
  if (typeof size !== 'number') return size;
  const read = await deps.blobs.read(source, { start: 0, end: size - 1 });
  if (read.kind !== 'bytes') return blobFault(read.kind);
  try {
    const body = attachmentBody(request, read.bytes);
    const digest = digestOf(request, read.bytes);
    const startedAt = deps.clock();
    const isOurTurn = (await turn()) === 'again';
    if (!isOurTurn || deps.clock() - startedAt > staleAfterMs) return { kind: 'uncertain', ...digest };
    const said = readReply('post', await deps.attachments.post(itemOf(request), body), size, deps.clock());
    return { ...said, ...digest };
  } finally {
    read.release();
  }
}

/** A resource's JSON is not what comes back: it has no digest. */
function digestOf(request: UploadRequest, bytes: Uint8Array): Pick<Outcome, 'digest'> {
  if (request.sizeBytes === null) return {};
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { digest: { start: 0, end: request.sizeBytes - 1, sha256 } };
}

async function resourceSize(deps: Dependencies, container: string, name: string): Promise<number | Outcome> {
  const head = await deps.blobs.head(container, name);
  return head.kind === 'blob' ? head.sizeBytes : blobFault(head.kind);
}

stepActivity('postAttachment', postAttachment);

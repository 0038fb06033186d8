import { createHash } from 'node:crypto';
import type { Outcome } from '../../core/outcome';
import { readReply } from '../../core/replies';
import type { Dependencies } from '../../dependencies';
import { attachmentBody } from './attachmentBody';
import { blobFault } from './content';
import { takeTurn } from './records';
import { itemOf, StepCall, stepActivity } from './stepActivity';

/** Between the turn and the request nothing may take longer: a run that was asleep must not send any more. */
const staleAfterMs = 5_000;

/**
 * The single POST cannot be repeated: it attaches each time. So it takes its turn on the record first; a second run of the
 * same step finds it taken and says that the outcome is open, and then the item is looked at.
 */
export async function postAttachment(
  { request, step, execution }: StepCall<'postAttachment'>,
  deps: Dependencies,
): Promise<Outcome> {
  const source = request.resourceBlob ?? request.blob;
  const sizeBytes = request.sizeBytes;
  if (!source) throw new Error(`Upload ${request.id} has nothing to post.`);
  const head = sizeBytes ?? (await resourceSize(deps, source.container, source.name));
  if (typeof head !== 'number') return head;
  const read = await deps.blobs.read(source, { start: 0, end: head - 1 });
  if (read.kind !== 'bytes') return blobFault(read.kind);
  try {
    const body = attachmentBody(request, read.bytes);
    const sha = createHash('sha256').update(read.bytes).digest('hex');
    const startedAt = deps.clock();
    const turn = await takeTurn(deps, request.id, execution, step.no);
    const digest = sizeBytes === null ? {} : { digest: { start: 0, end: sizeBytes - 1, sha256: sha } };
    if (turn !== 'first') return { kind: 'uncertain', ...digest };
    if (deps.clock() - startedAt > staleAfterMs) return { kind: 'uncertain', ...digest };
    const said = readReply('post', await deps.attachments.post(itemOf(request), body), head, deps.clock());
    return { ...said, ...digest };
  } finally {
    read.release();
  }
}

async function resourceSize(deps: Dependencies, container: string, name: string): Promise<number | Outcome> {
  const head = await deps.blobs.head(container, name);
  return head.kind === 'blob' ? head.sizeBytes : blobFault(head.kind);
}

stepActivity('postAttachment', postAttachment);

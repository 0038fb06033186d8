import { createHash } from 'node:crypto';
import type { Outcome } from '../../core/outcome';
import { readReply } from '../../core/replies';
import type { Dependencies } from '../../dependencies';
import { attachmentBody } from './attachmentBody';
import { blobFault } from './content';
import { updateRecord } from './records';
import { itemOf, StepCall, stepActivity } from './stepActivity';

/** Between the intent and the request nothing may take longer: a run that was asleep must not send any more. */
const staleAfterMs = 5_000;

/**
 * The single POST cannot be repeated: it attaches each time. So its intent is on the record first; a second run of the
 * same step finds it and says that the outcome is open, and then the item is looked at.
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
    if (!(await writeIntent(deps, request.id, execution, `${execution}/${step.no}`))) return { kind: 'uncertain' };
    if (deps.clock() - startedAt > staleAfterMs) return { kind: 'uncertain' };
    const said = readReply('post', await deps.attachments.post(itemOf(request), body), head, deps.clock());
    return said.kind === 'completed' && sizeBytes !== null
      ? { ...said, digest: { start: 0, end: sizeBytes - 1, sha256: sha } }
      : said;
  } finally {
    read.release();
  }
}

/** False where this step has been begun before, or where the upload is no longer ours. */
async function writeIntent(deps: Dependencies, id: string, execution: string, intent: string): Promise<boolean> {
  let isFirst = false;
  await updateRecord(deps.records, id, (record) => {
    isFirst = record.claimedBy === execution && !record.end && !record.intents.includes(intent);
    return isFirst ? { ...record, intents: [...record.intents, intent], updatedAt: deps.clock() } : undefined;
  });
  return isFirst;
}

async function resourceSize(deps: Dependencies, container: string, name: string): Promise<number | Outcome> {
  const head = await deps.blobs.head(container, name);
  return head.kind === 'blob' ? head.sizeBytes : blobFault(head.kind);
}

stepActivity('postAttachment', postAttachment);

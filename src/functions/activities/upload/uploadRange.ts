import type { Outcome } from '../../../core/upload/machine/outcome';
import { readReply } from '../../../core/wire/replies';
import { retryPolicy } from '../../../core/retry';
import type { Dependencies } from '../../../dependencies';
import { blobFault, sha256 } from '../../../app/uploads/compare';
import { takeTurn, Turn } from '../../../app/jobs/records';
import { itemOf } from '../../../core/upload/request';
import { StepCall, stepActivity } from './step';

/**
 * Reads one range of the pinned blob and PUTs it. Can be entered twice: the service owns the offset. The last range takes
 * its turn first, as a POST does: it attaches, so what one run says ("refused") must be true of all runs of the step.
 */
export async function uploadRange(call: StepCall<'uploadRange'>, deps: Dependencies): Promise<Outcome> {
  const { request, step, execution } = call;
  if (request.blob === null || request.sizeBytes === null) throw new Error(`Upload ${request.id} has no file to send.`);
  const turn = (): Promise<Turn> => takeTurn(deps, request.id, execution, step.no);
  if (step.isLast && (await turn()) !== 'first') return { kind: 'uncertain' };
  const url = deps.secrets.open(step.session.sealedUrl, request.id);
  if (url === undefined) return { kind: 'lost' }; // no key opens it any more
  const startedAt = deps.clock();
  const read = await deps.blobs.read(request.blob, step.range);
  if (read.kind !== 'bytes') return blobFault(read.kind);
  if (step.ahead) deps.blobs.readAhead(request.blob, step.ahead);
  const timeoutMs = Math.max(1000, Math.min(retryPolicy.rangeTimeoutMs, step.session.expiresAt - startedAt));
  try {
    // a run that slept over its read must not complete a file that was given up meanwhile
    if (step.isLast && (await turn()) !== 'again') return { kind: 'uncertain' };
    const sent = deps.sessions(itemOf(request)).put(url, step.range, request.sizeBytes, read.bytes, timeoutMs);
    const digest = { ...step.range, sha256: sha256(read.bytes) }; // while the bytes are on their way
    const said = readReply('put', await sent, request.sizeBytes, deps.clock());
    return said.kind === 'accepted' ? { ...said, digest, tookMs: deps.clock() - startedAt } : { ...said, digest };
  } finally {
    read.release();
  }
}

stepActivity('uploadRange', uploadRange);

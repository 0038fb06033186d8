import { blobFault, sha256 } from '../../../app/uploads/compare';
import { latestStepsOf } from '../../../app/uploads/latestSteps';
import { ByteRange, lengthOf, nextRange, without } from '../../../core/byteRange';
import { retryPolicy } from '../../../core/retry';
import { itemOf } from '../../../core/upload/request';
import type { Extras, Outcome, RangeDigest } from '../../../core/upload/machine/progress';
import { readFailure } from '../../../core/wire/failure';
import { readPut } from '../../../core/wire/success';
import type { Dependencies } from '../../../dependencies';
import { uploadOutcome } from '../../../app/uploads/outcome';
import { StepCall, stepActivity } from './step';

/**
 * Reads a range of the pinned blob and PUTs it; then as many further ranges as the step allows, for as long as the service takes
 * each whole. Can be entered twice: the service owns the offset. The last range attaches: only the first run of it sends.
 */
export async function uploadRange(call: StepCall<'uploadRange'>, deps: Dependencies): Promise<Outcome> {
  const { request, step, turn } = call;
  if (request.blob === null || request.sizeBytes === null) throw new Error(`Upload ${request.id} has no file to send.`);
  if (step.isLast && turn !== 'first') return { kind: 'unclear' };
  const url = deps.secrets.open(step.session.sealedUrl, request.id);
  if (url === undefined) return { kind: 'sessionGone' }; // no key opens its seal any more
  latestStepsOf(deps).begins(request.id, call.token);
  const rangeBytes = request.policy.rangeSizeBytes;
  const digests: RangeDigest[] = [];
  let missing: readonly ByteRange[] | undefined;
  let slowestMs = 0;
  for (let range = step.range, left = step.more; ;) {
    const startedAt = deps.clock();
    const said = await putOne(call, url, range, deps);
    digests.push(...(said.digests ?? []));
    if (said.kind !== 'accepted') return { ...said, digests, ...(missing ? { missingBefore: missing } : {}) };
    slowestMs = Math.max(slowestMs, deps.clock() - startedAt);
    missing = said.missing ?? without(missing ?? [{ start: range.start, end: request.sizeBytes - 1 }], range);
    const next = nextRange(missing, rangeBytes);
    // only what follows directly may go on here: anything else is for the machine to decide
    const isNext = next?.start === range.end + 1 && missing.length === 1 && next.end < request.sizeBytes - 1;
    if (left <= 0 || !isNext) return { ...said, missing, digests, tookMs: slowestMs };
    [range, left] = [next, left - 1];
  }
}

async function putOne(
  { request, step, token, mayStillAct }: StepCall<'uploadRange'>,
  url: string,
  range: ByteRange,
  deps: Dependencies,
): Promise<Outcome & Extras> {
  const { blob, sizeBytes } = request;
  if (blob === null || sizeBytes === null) throw new Error(`Upload ${request.id} has no file to send.`);
  const read = await deps.blobs.read(blob, range);
  if (read.kind !== 'bytes') return blobFault(read.kind);
  try {
    deps.blobs.readAhead(blob, following(range, sizeBytes));
    // a run that slept over its read must not complete a file that was given up meanwhile
    if (step.isLast && !(await mayStillAct())) return { kind: 'unclear' };
    if (latestStepsOf(deps).isStale(request.id, token)) return { kind: 'unclear' }; // nobody waits for it any more
    const timeoutMs = Math.max(1000, Math.min(retryPolicy.rangeTimeoutMs, step.session.expiresAt - deps.clock()));
    const sent = deps.sessions(itemOf(request)).put(url, range, sizeBytes, read.bytes, timeoutMs);
    const digests = [{ ...range, sha256: sha256(read.bytes) }]; // while the bytes are on their way
    const reply = await sent;
    const said = readPut(reply, sizeBytes) ?? uploadOutcome(readFailure('putRange', reply, deps.clock()));
    return { ...said, digests };
  } finally {
    read.release();
  }
}

/** So many ranges one request to storage reads ahead: half as many requests a file, and one buffer more. */
const aheadRanges = 2;

/** The ranges of the same length after `range`; the last one of the file may be shorter. */
function following(range: ByteRange, sizeBytes: number): ByteRange[] {
  const length = lengthOf(range);
  const starts = Array.from({ length: aheadRanges }, (_, n) => range.end + 1 + n * length);
  return starts
    .filter((start) => start < sizeBytes)
    .map((start) => ({ start, end: Math.min(start + length, sizeBytes) - 1 }));
}

stepActivity('uploadRange', uploadRange);

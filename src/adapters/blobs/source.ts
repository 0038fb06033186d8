import { setTimeout as sleep } from 'node:timers/promises';
import type { BlobClient, BlobServiceClient } from '@azure/storage-blob';
import { ByteRange, lengthOf, MiB } from '../../core/byteRange';
import type { BlobFault, BlobHead, BlobRead, BlobSource, BlobVersion } from '../../core/blob';
import { blobFaultOf, brokenOff } from './fault';
import { BlobAccount, openBlobService } from './service';
import { bufferPool, Loan } from './bufferPool';
import { ReadAhead, ReadRanges } from './readAhead';
import { startTimeLimit } from '../graph/timeLimit';

export interface AzureBlobSourceOptions {
  readonly account: BlobAccount;
  /** The size of the reused buffers; larger ranges are read without reuse. Default 4 MiB, the most a PUT may have. */
  readonly maxRangeBytes?: number;
  /** How long one try may take. Default 30 s. */
  readonly tryTimeoutMs?: number;
  /** Reads ahead in all, and how long one is kept. Default 8 and 30 s. */
  readonly maxAhead?: number;
  readonly keepAheadMs?: number;
  /** How long a read ahead lets what is being sent go first. Default 20 ms. */
  readonly aheadAfterMs?: number;
}

const tries = 2; // what lasts longer is waited out by a durable timer
const betweenTriesMs = 200;
/** The SDK repeats nothing: its tries have no time limit on this side. */
const noRetries = { maxTries: 1 };

/** Blobs, each read pinned to a version by If-Match, into buffers that are used again. */
export function azureBlobSource(options: AzureBlobSourceOptions): BlobSource {
  const { maxRangeBytes = 4 * MiB, tryTimeoutMs = 30_000, maxAhead = 8, keepAheadMs = 30_000 } = options;
  const { aheadAfterMs = 20 } = options;
  const service = openBlobService(options.account, noRetries);
  const lend = bufferPool(maxRangeBytes, maxAhead);

  const readRanges: ReadRanges = (blob, ranges) => {
    const left: Wanted[] = [];
    const reads = ranges.map((range) => new Promise<BlobRead>((tell, fail) => left.push({ range, tell, fail })));
    attempt(service, blob, tryTimeoutMs, (client, signal) => download(client, blob.etag, left, lend, signal)).then(
      (fault) => fault && left.forEach(({ tell }) => tell(fault)),
      (cause: unknown) => left.forEach(({ fail }) => fail(cause)),
    );
    return reads;
  };
  const readNow = async (blob: BlobVersion, range: ByteRange): Promise<BlobRead> => {
    const [read] = readRanges(blob, [range]);
    if (!read) throw new Error('A read of one range gives one read.');
    return read;
  };
  const ahead = new ReadAhead(readRanges, { maxAhead, keepMs: keepAheadMs, beginAfterMs: aheadAfterMs });
  return {
    head: (container, name) => attempt(service, { container, name }, tryTimeoutMs, head),
    async read(blob, range) {
      const begun = await ahead.take(blob, range);
      return begun?.kind === 'bytes' ? begun : readNow(blob, range);
    },
    readAhead: (blob, ranges) => ahead.begin(blob, ranges),
  };
}

/** A few quick tries, each with its time limit. Only what may pass by is tried again. */
async function attempt<T>(
  service: BlobServiceClient,
  { container, name }: Pick<BlobVersion, 'container' | 'name'>,
  timeoutMs: number,
  work: (client: BlobClient, signal: AbortSignal) => Promise<T>,
): Promise<T | BlobFault> {
  if (leavesItsPlace(container) || leavesItsPlace(name)) return { kind: 'missing' };
  const client = service.getContainerClient(container).getBlobClient(name);
  for (let left = tries; ; left--) {
    const limit = startTimeLimit({ totalMs: timeoutMs });
    try {
      return await work(client, limit.signal);
    } catch (error) {
      const fault = blobFaultOf(error);
      if (fault.kind !== 'unreachable' || left <= 1) return fault;
    } finally {
      limit.end();
    }
    await sleep(betweenTriesMs);
  }
}

async function head(client: BlobClient, abortSignal: AbortSignal): Promise<BlobHead> {
  const { etag = '', contentLength = 0, contentType, metadata = {} } = await client.getProperties({ abortSignal });
  return { kind: 'blob', etag, sizeBytes: contentLength, contentType, metadata };
}

/** A range that somebody waits for. */
interface Wanted {
  readonly range: ByteRange;
  readonly tell: (read: BlobRead) => void;
  readonly fail: (cause: unknown) => void;
}

/** Reads what is `left`, each range straight into its buffer, and takes it from there once it is told. */
async function download(
  client: BlobClient,
  ifMatch: string,
  left: Wanted[],
  lend: (lengthBytes: number) => Loan,
  abortSignal: AbortSignal,
): Promise<undefined> {
  const [first, last] = [left[0], left.at(-1)];
  if (!first || !last) return undefined;
  const length = last.range.end + 1 - first.range.start;
  const conditions = { ifMatch };
  const answer = await client.download(first.range.start, length, { conditions, abortSignal, maxRetryRequests: 0 });
  let loan: Loan | undefined;
  let at = 0;
  try {
    for await (const piece of answer.readableStreamBody as AsyncIterable<Buffer>) {
      for (let from = 0; from < piece.length && left[0];) {
        loan ??= lend(lengthOf(left[0].range));
        const copied = piece.copy(loan.bytes, at, from);
        [from, at] = [from + copied, at + copied];
        if (at < loan.bytes.length) continue;
        left.shift()?.tell({ kind: 'bytes', ...loan });
        [loan, at] = [undefined, 0];
      }
    }
  } finally {
    loan?.release();
  }
  if (left.length > 0) throw brokenOff();
  return undefined;
}

/** A URL is normalised on its way: `uploads/../secrets/x` would read another container than was allowed. */
const leavesItsPlace = (name: string): boolean => name.split('/').some((part) => part === '.' || part === '..');

import type { BlobHead } from '../../core/blob';
import type { Receipt } from '../../core/outbox/ports';
import {
  hasBeenHandled,
  intentReceipt,
  outboxContainer,
  refusalReceipt,
  uploadReceipt,
} from '../../core/outbox/receipt';
import { httpStatusOf, UploadError } from '../../core/errors';
import type { Dependencies } from '../../dependencies';
import { AcceptDependencies, acceptUpload } from '../intake/acceptUpload';
import type { Idempotency } from '../intake/claims';
import type { WantedUpload } from '../../core/upload/request';

export type OutboxDependencies = AcceptDependencies &
  Pick<Dependencies, 'receipts'> & {
    /** The request that an outbox blob is. Throws all faults of form together. */
    readonly outboxRequest: (blobName: string, head: BlobHead) => WantedUpload;
  };

/** done: this version had its turn before; gone: there is no such blob; otherwise what this call came to. */
export type OutboxStart = 'done' | 'gone' | 'accepted' | 'refused';

/** How often others may come in between: each time, one of them has got a step further. */
const mostRounds = 20;

/**
 * Starts the upload of an outbox blob unless its version had its turn: the one way from every trigger, replay and listing.
 * The receipt is read before the blob is looked at, and written only over what was read: it never goes back to an older
 * version. It is there before anything is started: what cannot be told is not begun, and what a crash leaves half done is
 * found again. Then the version's key makes every repetition the same upload.
 * Throws where storage gives no answer: the listing comes by again.
 */
export async function startFromOutbox(blobName: string, deps: OutboxDependencies): Promise<OutboxStart> {
  const { receipts, blobs } = deps;
  for (let round = 0; round < mostRounds; round++) {
    const known = await receipts.find(blobName);
    const head = await blobs.head(outboxContainer, blobName);
    if (head.kind === 'missing' || isFolder(head)) return 'gone';
    if (head.kind !== 'blob') throw new Error(head.detail ?? 'Blob storage gave no answer.');
    if (hasBeenHandled(known?.value, head.etag)) return 'done';
    const version =
      known?.value.etag === head.etag
        ? known.version // a crash came after it, or somebody is at it right now
        : await receipts.write(blobName, intentReceipt(blobName, head.etag), known?.version);
    const receipt = version && (await take(blobName, head, deps));
    if (!receipt || (await receipts.write(blobName, receipt, version)) === undefined) continue;
    return receipt.state === 'refused' ? 'refused' : 'accepted';
  }
  throw new Error(`An outbox blob or its receipt changed ${mostRounds} times under our hands.`);
}

/** Accepts the upload, or says why not; undefined where this version is not there any more. */
async function take(blobName: string, head: BlobHead, deps: OutboxDependencies): Promise<Receipt | undefined> {
  try {
    const { record } = await acceptUpload(deps.outboxRequest(blobName, head), deps, keyOf(blobName, head));
    return uploadReceipt(record, head.etag, undefined);
  } catch (cause) {
    if (!(cause instanceof UploadError) || httpStatusOf(cause.problem.code) >= 500) throw cause; // it may pass by
    const { code } = cause.problem;
    return code === 'BlobChanged' || code === 'BlobNotFound'
      ? undefined
      : refusalReceipt(blobName, head.etag, cause.problem);
  }
}

/** A version is its own key: it gives one upload, also when that has failed. */
const keyOf = (blobName: string, { etag }: BlobHead): Idempotency => ({
  scope: outboxContainer,
  key: `${blobName}\n${etag}`,
  fingerprint: '',
});

/** Where an account has real folders, they are listed like blobs, without bytes. A file that only says so is a file. */
const isFolder = (head: { readonly kind: string } & Partial<Pick<BlobHead, 'metadata' | 'sizeBytes'>>): boolean =>
  head.metadata?.['hdi_isfolder'] === 'true' && head.sizeBytes === 0;

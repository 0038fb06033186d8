import type { Versioned } from '../job/ports';
import type { Receipt, ReceiptRow } from './ports';
import type { Problem } from '../errors';
import type { UploadRecord } from '../upload/record';
import { LiveStatus, problemBody, uploadResource } from '../upload/resource';

/** Where the outbox is, and where its receipts are . */
export const outboxContainer = 'outbox';
export const receiptsContainer = 'receipts';

/**
 * A receipt is written over the one that was read before its blob was looked at, or not at all, and versions never come
 * back: so it only ever moves on to a newer version. What is written later about a version takes the place of a receipt of
 * the same version only.
 */

/** Before anything is started: what cannot be told is not begun, and whoever finds this goes on with it. */
export const intentReceipt = (blobName: string, etag: string): Receipt => ({
  etag,
  state: 'accepting',
  body: { status: 'queued', blob: `${outboxContainer}/${blobName}` },
});

/** Of a version that was taken: the upload as the API shows it. */
export function uploadReceipt(record: UploadRecord, etag: string, live: LiveStatus | undefined): Receipt {
  const state = record.end ? 'ended' : 'accepted';
  return { etag, state, uploadId: record.id, body: uploadResource(record, live) };
}

/** Of a version that was refused: no upload was started, and none will be until the blob is written anew. */
export function refusalReceipt(blobName: string, etag: string, problem: Problem): Receipt {
  return { etag, state: 'refused', body: problemBody(problem, `${outboxContainer}/${encodeURI(blobName)}`) };
}

/** Whether this version has had its turn: whatever else is gone by now, it is not started again. */
export const hasBeenHandled = (receipt: ReceiptRow | undefined, etag: string): boolean =>
  receipt?.etag === etag && (receipt.state !== 'accepting' || receipt.isOthers === true);

/** Whether an upload may write how it stands into the place of the receipt that is there. */
export function mayWrite(receipt: Versioned<ReceiptRow> | undefined, { id, request }: UploadRecord): boolean {
  if (request.blob?.container !== outboxContainer) return false;
  const startedByOutbox = request.source === 'outbox';
  if (!receipt) return startedByOutbox; // somebody removed it: the outcome is told all the same
  const { etag, state, uploadId, isOthers } = receipt.value;
  if (etag !== request.blob.etag || isOthers) return false;
  return state === 'accepting' ? startedByOutbox : state === 'accepted' && uploadId === id;
}

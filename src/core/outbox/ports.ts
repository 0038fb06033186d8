import type { Versioned } from '../job/ports';

/** The outbox and its receipts in storage. */

export type ReceiptState = 'accepting' | 'accepted' | 'ended' | 'refused';

/** What is written into `receipts/<blob name>.json` about one version of an outbox blob. */
export interface Receipt {
  readonly etag: string; // of the blob's version
  /**
   * accepting: this version is about to be taken, or a crash came in between; accepted: its upload had not ended yet;
   * ended: the upload's outcome; refused: no upload was started.
   */
  readonly state: ReceiptState;
  readonly uploadId?: string;
  /** The upload resource, or a problem: what people read. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** A receipt as it is found again: all but its body. */
export interface ReceiptRow extends Omit<Receipt, 'body'> {
  readonly receiptName: string;
  readonly writtenAt: number;
  /** Another task hub that shares the account has taken this version: what becomes of it is its business. */
  readonly isOthers?: true;
}

export interface OutboxBlob {
  readonly name: string;
  readonly etag: string;
  readonly receiptName: string;
}

/** The outbox and its receipts. Each throws where storage gives no answer. */
export interface Receipts {
  find(blobName: string): Promise<Versioned<ReceiptRow> | undefined>;
  /** Puts a receipt in the place of the one with this version, or where none is. Its own version; undefined where somebody was quicker. */
  write(blobName: string, receipt: Receipt, version: string | undefined): Promise<string | undefined>;
  /** False where it is gone or is another one by now. */
  remove(receipt: Versioned<ReceiptRow>): Promise<boolean>;
  /** A page of receipts; `from` where the page before said. */
  list(from?: string): Promise<Page<Versioned<ReceiptRow>>>;
  listOutbox(from?: string): Promise<Page<OutboxBlob>>;
  /** Whether there is a blob that this receipt is of. */
  hasBlob(receiptName: string): Promise<boolean>;
}

/** A part of a listing. */
export interface Page<T> {
  readonly found: readonly T[];
  /** Where it goes on; undefined: this was the last page. */
  readonly next?: string;
}

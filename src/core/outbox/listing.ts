import type { Versioned } from '../job/ports';
import type { OutboxBlob, ReceiptRow } from './ports';
import { hasBeenHandled } from './receipt';

/** What a look at the outbox and its receipts asks for. */
export interface OutboxWork {
  /** Names of blobs whose version has not had its turn: a trigger missed them, or a crash came in between. */
  readonly toStart: readonly string[];
  /** Receipts of uploads that had not ended when they were written, the oldest first. */
  readonly toRefresh: readonly ReceiptRow[];
  /** Receipts without a blob. */
  readonly orphans: readonly Versioned<ReceiptRow>[];
}

/** Compares two whole listings by name and version; nothing else is read for a blob that has had its turn. */
export function outboxWork(blobs: readonly OutboxBlob[], receipts: readonly Versioned<ReceiptRow>[]): OutboxWork {
  const left = new Map(receipts.map((receipt) => [receipt.value.receiptName, receipt]));
  const toStart: string[] = [];
  const toRefresh: ReceiptRow[] = [];
  for (const { name, etag, receiptName } of blobs) {
    const receipt = left.get(receiptName)?.value;
    left.delete(receiptName);
    if (!receipt || !hasBeenHandled(receipt, etag)) toStart.push(name);
    else if (receipt.state === 'accepted' && !receipt.isOthers) toRefresh.push(receipt);
  }
  toRefresh.sort((a, b) => a.writtenAt - b.writtenAt);
  return { toStart, toRefresh, orphans: [...left.values()].filter(({ value }) => !value.isOthers) };
}

import type { OutboxBlob, ReceiptRow } from './ports';
import { hasBeenHandled } from './receipt';

/**
 * What a blob of the outbox asks for, beside its receipt. start: its version has not had its turn, a trigger missed it or a crash
 * came in between; refresh: its upload had not ended when the receipt was written; settled: nothing more, for as long as this
 * version is there; nothing: nothing now (somebody may remove a refusal, and then it starts).
 */
export type OutboxWork = 'start' | 'refresh' | 'settled' | 'nothing';

export function workOf({ etag }: Pick<OutboxBlob, 'etag'>, receipt: ReceiptRow | undefined): OutboxWork {
  if (!receipt || !hasBeenHandled(receipt, etag)) return 'start';
  if (receipt.isOthers || receipt.state === 'ended') return 'settled';
  return receipt.state === 'accepted' ? 'refresh' : 'nothing';
}

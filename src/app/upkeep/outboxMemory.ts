import { createHash } from 'node:crypto';
import type { OutboxBlob, Page, Receipts } from '../../core/outbox/ports';
import { workOf } from '../../core/outbox/listing';
import { keptBeside, Lately } from '../../core/lately';

/** So many versions that had their turn does a process know; of others the receipt is read each time they come by. */
const mostSettled = 200_000;
/** So many pages of a listing does one run read: however much is kept, a run stays short. */
const pagesPerRun = 10;

/** A listing that goes on with the next run where the last one stopped, and begins again at its end. */
class Walk<T> {
  private from: string | undefined;
  /** Whether it came to its end once. */
  isRound = false;

  constructor(private readonly page: (from: string | undefined) => Promise<Page<T>>) {}

  async *next(until: number, clock: () => number): AsyncGenerator<readonly T[]> {
    for (let pages = 0; pages < pagesPerRun && clock() < until; pages++) {
      const { found, next } = await this.page(this.from);
      this.from = next;
      yield found;
      if (next !== undefined) continue;
      this.isRound = true;
      return;
    }
  }
}

/**
 * What a process knows of the outbox: where its listings are, and which versions had their turn. Receipts are listed whole once a
 * process; after that a run reads a part of the outbox, and the receipts of what it does not know.
 */
export class OutboxMemory {
  private readonly settled = new Lately<true>(mostSettled);
  private readonly outbox;
  private readonly receipts;
  /** For retention: receipts whose blob may be gone. */
  readonly kept;

  constructor(receipts: Receipts) {
    this.outbox = new Walk((from) => receipts.listOutbox(from));
    this.receipts = new Walk((from) => receipts.list(from));
    this.kept = new Walk((from) => receipts.list(from));
  }

  /** Blobs of the next part of the outbox that may ask for something. */
  async open(until: number, clock: () => number): Promise<OutboxBlob[]> {
    while (!this.receipts.isRound && clock() < until)
      for await (const page of this.receipts.next(until, clock))
        for (const { value } of page) if (workOf(value, value) === 'settled') this.settle(value);
    const open: OutboxBlob[] = [];
    for await (const page of this.outbox.next(until, clock))
      open.push(...page.filter((blob) => this.settled.get(keyOf(blob)) === undefined));
    return open;
  }

  settle(version: Pick<OutboxBlob, 'receiptName' | 'etag'>): void {
    this.settled.set(keyOf(version), true);
  }
}

export const outboxMemory = keptBeside((receipts: Receipts) => new OutboxMemory(receipts));

/** Short, for there may be many. */
const keyOf = ({ receiptName, etag }: Pick<OutboxBlob, 'receiptName' | 'etag'>): string =>
  createHash('sha256').update(`${receiptName}\n${etag}`).digest('base64url').slice(0, 22);

import { createHash } from 'node:crypto';
import type { OutboxBlob, Page, Receipts } from '../../core/outbox/ports';
import { workOf } from '../../core/outbox/listing';
import { keptBeside, Lately } from '../../core/lately';

/** So many versions that had their turn does a process know; of others the receipt is read each time they come by. */
const mostSettled = 200_000;
/** So many blobs whose uploads are under way does a run look at; where there are more, they come in turn. */
export const mostUnderWay = 500;
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
  /** Versions whose uploads are under way, and when a run last looked at them. */
  private readonly underWay = new Lately<number>(mostSettled);
  private readonly outbox;
  private readonly receipts;
  /** For retention: receipts whose blob may be gone. */
  readonly kept;

  constructor(receipts: Receipts) {
    this.outbox = new Walk((from) => receipts.listOutbox(from));
    this.receipts = new Walk((from) => receipts.list(from));
    this.kept = new Walk((from) => receipts.list(from));
  }

  /** Blobs of the next part of the outbox that may ask for something: all that this process has not seen, and a part of the others. */
  async open(until: number, clock: () => number): Promise<OutboxBlob[]> {
    while (!this.receipts.isRound && clock() < until)
      for await (const page of this.receipts.next(until, clock))
        for (const { value } of page) if (workOf(value, value) === 'settled') this.settle(value);
    const unseen: OutboxBlob[] = [];
    const underWay: { readonly blob: OutboxBlob; readonly lookedAt: number }[] = [];
    for await (const page of this.outbox.next(until, clock)) {
      for (const blob of page) {
        const key = keyOf(blob);
        const lookedAt = this.underWay.get(key);
        if (this.settled.get(key)) continue;
        if (lookedAt === undefined) unseen.push(blob);
        else underWay.push({ blob, lookedAt });
      }
    }
    underWay.sort((a, b) => a.lookedAt - b.lookedAt);
    return [...unseen, ...underWay.slice(0, mostUnderWay).map(({ blob }) => blob)];
  }

  settle(version: Version): void {
    const key = keyOf(version);
    this.settled.set(key, true);
    this.underWay.delete(key);
  }

  sawUnderWay(version: Version, now: number): void {
    this.underWay.set(keyOf(version), now);
  }
}

export const outboxMemory = keptBeside((receipts: Receipts) => new OutboxMemory(receipts));

type Version = Pick<OutboxBlob, 'receiptName' | 'etag'>;

/** Short, for there may be many. */
const keyOf = ({ receiptName, etag }: Version): string =>
  createHash('sha256').update(`${receiptName}\n${etag}`).digest('base64url').slice(0, 22);

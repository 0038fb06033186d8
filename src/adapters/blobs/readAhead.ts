import type { ByteRange } from '../../core/byteRange';
import type { BlobRead, BlobVersion } from '../../core/blob';

export interface ReadAheadOptions {
  /** Reads under way or waiting to be taken, over all blobs. */
  readonly maxAhead: number;
  /** After this time nobody will come for it. */
  readonly keepMs: number;
  /** How long a read waits before it begins: the range that is sent meanwhile goes first. One that is asked for begins at once. */
  readonly beginAfterMs?: number;
}

/** Reads ranges that follow each other by one request. Each is there as soon as its bytes are. */
export type ReadRanges = (blob: BlobVersion, ranges: readonly ByteRange[]) => readonly Promise<BlobRead>[];

interface Ahead {
  readonly ranges: readonly ByteRange[];
  /** Begins it where it has not begun. */
  reads(): readonly Promise<BlobRead>[];
  readonly hasBegun: () => boolean;
  readonly timers: readonly NodeJS.Timeout[];
}

/** Reads that were begun before they were asked for: at most one a blob, a few in all. Losing one costs nothing but time. */
export class ReadAhead {
  private readonly aheads = new Map<string, Ahead>();

  constructor(
    private readonly read: ReadRanges,
    private readonly options: ReadAheadOptions,
  ) {}

  /** Begins to read `ranges`, in place of others of the same blob, unless it has the first; does nothing where there is no room. */
  begin(blob: BlobVersion, ranges: readonly ByteRange[]): void {
    const key = keyOf(blob);
    const [first] = ranges;
    const held = this.aheads.get(key);
    if (!first || (held && isNext(held, first))) return;
    this.drop(key);
    if (this.aheads.size >= this.options.maxAhead) return;
    let begun: readonly Promise<BlobRead>[] | undefined;
    const reads = (): readonly Promise<BlobRead>[] =>
      (begun ??= this.read(blob, ranges).map((one) => one.catch((): BlobRead => ({ kind: 'unreachable' })))); // asked again, it throws again
    const { beginAfterMs } = this.options;
    const timers = beginAfterMs === undefined ? [] : [setTimeout(() => void reads(), beginAfterMs).unref()];
    if (beginAfterMs === undefined) void reads();
    this.hold(key, { ranges, reads, hasBegun: () => begun !== undefined, timers });
  }

  /** The read that was begun for this range, once; undefined where there is none. */
  take(blob: BlobVersion, range: ByteRange): Promise<BlobRead> | undefined {
    const key = keyOf(blob);
    const held = this.aheads.get(key);
    if (!held || !isNext(held, range)) return undefined;
    this.remove(key, held);
    const [read, ...rest] = held.reads();
    if (rest.length > 0)
      this.hold(key, { ranges: held.ranges.slice(1), reads: () => rest, hasBegun: () => true, timers: [] });
    return read;
  }

  private hold(key: string, ahead: Ahead): void {
    const forgets = setTimeout(() => this.drop(key), this.options.keepMs).unref();
    this.aheads.set(key, { ...ahead, timers: [...ahead.timers, forgets] });
  }

  /** A dropped read goes on to its end, and then its buffers are free again. */
  private drop(key: string): void {
    const held = this.aheads.get(key);
    if (held === undefined) return;
    this.remove(key, held);
    if (!held.hasBegun()) return;
    for (const one of held.reads())
      void one.then((read) => {
        if (read.kind === 'bytes') read.release();
      });
  }

  private remove(key: string, held: Ahead): void {
    for (const timer of held.timers) clearTimeout(timer);
    this.aheads.delete(key);
  }
}

const keyOf = ({ container, name, etag }: BlobVersion): string => JSON.stringify([container, name, etag]);
const isNext = ({ ranges: [first] }: Ahead, { start, end }: ByteRange): boolean =>
  first?.start === start && first.end === end;

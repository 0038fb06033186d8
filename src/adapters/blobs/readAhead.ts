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

interface Ahead {
  readonly range: ByteRange;
  /** Begins it where it has not begun. */
  read(): Promise<BlobRead>;
  readonly hasBegun: () => boolean;
  readonly timers: readonly NodeJS.Timeout[];
}

/** Reads that were begun before they were asked for: at most one a blob, a few in all. Losing one costs nothing but time. */
export class ReadAhead {
  private readonly aheads = new Map<string, Ahead>();

  constructor(
    private readonly read: (blob: BlobVersion, range: ByteRange) => Promise<BlobRead>,
    private readonly options: ReadAheadOptions,
  ) {}

  /** Begins to read `range`, in place of another range of the same blob; does nothing where there is no room. */
  begin(blob: BlobVersion, range: ByteRange): void {
    const key = keyOf(blob);
    const held = this.aheads.get(key);
    if (held && isSame(held.range, range)) return;
    this.drop(key);
    if (this.aheads.size >= this.options.maxAhead) return;
    const { keepMs, beginAfterMs } = this.options;
    let begun: Promise<BlobRead> | undefined;
    const read = (): Promise<BlobRead> =>
      (begun ??= this.read(blob, range).catch((): BlobRead => ({ kind: 'unreachable' }))); // asked again, it throws again
    const timers = [setTimeout(() => this.drop(key), keepMs).unref()];
    if (beginAfterMs === undefined) void read();
    else timers.push(setTimeout(() => void read(), beginAfterMs).unref());
    this.aheads.set(key, { range, read, hasBegun: () => begun !== undefined, timers });
  }

  /** The read that was begun for this range, once; undefined where there is none. */
  take(blob: BlobVersion, range: ByteRange): Promise<BlobRead> | undefined {
    const held = this.aheads.get(keyOf(blob));
    if (!held || !isSame(held.range, range)) return undefined;
    this.remove(keyOf(blob), held);
    return held.read();
  }

  /** A dropped read goes on to its end, and then its buffer is free again. */
  private drop(key: string): void {
    const held = this.aheads.get(key);
    if (held === undefined) return;
    this.remove(key, held);
    if (!held.hasBegun()) return;
    void held.read().then((read) => {
      if (read.kind === 'bytes') read.release();
    });
  }

  private remove(key: string, held: Ahead): void {
    for (const timer of held.timers) clearTimeout(timer);
    this.aheads.delete(key);
  }
}

const keyOf = ({ container, name, etag }: BlobVersion): string => JSON.stringify([container, name, etag]);
const isSame = (a: ByteRange, b: ByteRange): boolean => a.start === b.start && a.end === b.end;

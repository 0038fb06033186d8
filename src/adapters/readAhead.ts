import type { ByteRange } from '../core/byteRange';
import type { BlobRead, BlobVersion } from '../core/ports';

export interface ReadAheadOptions {
  /** Reads under way or waiting to be taken, over all blobs. */
  readonly maxAhead: number;
  /** After this time nobody will come for it. */
  readonly keepMs: number;
}

interface Ahead {
  readonly range: ByteRange;
  readonly read: Promise<BlobRead>;
  readonly timer: NodeJS.Timeout;
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
    const timer = setTimeout(() => this.drop(key), this.options.keepMs).unref();
    const read = this.read(blob, range).catch((): BlobRead => ({ kind: 'unreachable' })); // asked again, it throws again
    this.aheads.set(key, { range, read, timer });
  }

  /** The read that was begun for this range, once; undefined where there is none. */
  take(blob: BlobVersion, range: ByteRange): Promise<BlobRead> | undefined {
    const held = this.aheads.get(keyOf(blob));
    return held && isSame(held.range, range) ? this.remove(keyOf(blob), held) : undefined;
  }

  /** A dropped read goes on to its end, and then its buffer is free again. */
  private drop(key: string): void {
    const held = this.aheads.get(key);
    if (held === undefined) return;
    void this.remove(key, held).then((read) => {
      if (read.kind === 'bytes') read.release();
    });
  }

  private remove(key: string, held: Ahead): Promise<BlobRead> {
    clearTimeout(held.timer);
    this.aheads.delete(key);
    return held.read;
  }
}

const keyOf = ({ container, name, etag }: BlobVersion): string => JSON.stringify([container, name, etag]);
const isSame = (a: ByteRange, b: ByteRange): boolean => a.start === b.start && a.end === b.end;

/** What a service does that others do not; what is left out is as in the simplest one. */
export interface Traits {
  /** The upload host's Location gives another id than lists do; both work in a path. */
  readonly twoIds?: true;
  /** How stored names differ from given ones. */
  readonly renames?: 'trimmed' | 'composed' | 'replaced' | 'cut';
  /** `$value`: other bytes at the first reading (never those that a fault makes of them), empty or a part at each second one, empty always, 504 always. */
  readonly value?: 'wrongOnce' | 'sometimesEmpty' | 'prefix' | 'empty' | 'never';
  /** Listed sizes: the bytes and 158, or as they are encoded. */
  readonly sizes?: 'encoded';
  /** A POST, a last range or a DELETE that overlaps another one on the same item is answered 412. */
  readonly overlap?: 412;
}

export function storedName(name: string, how: Traits['renames']): string {
  switch (how) {
    case 'trimmed':
      return name.trim();
    case 'composed':
      return name.normalize('NFC');
    case 'replaced':
      return name.replace(/[^\w. ]/g, '_');
    case 'cut':
      return name.slice(0, 64);
    case undefined:
      return name;
  }
}

/** Never smaller than the bytes. */
export const listedBytes = (bytes: number, sizes: Traits['sizes']): number =>
  sizes === 'encoded' ? Math.ceil(bytes * 1.045) : bytes + 158;

/** The nth reading (from 0) of an attachment's content; `never`: 504. */
export function readingOf(bytes: Uint8Array, nth: number, value: Traits['value']): Uint8Array | 'never' {
  switch (value) {
    case 'never':
      return 'never';
    case 'empty':
      return new Uint8Array(0);
    case 'sometimesEmpty':
      return nth % 2 === 0 ? new Uint8Array(0) : bytes;
    case 'prefix':
      return nth % 2 === 0 ? bytes.slice(0, bytes.length / 2) : bytes;
    case 'wrongOnce':
      return nth === 0 ? bytes.map((byte) => byte ^ 0x55) : bytes;
    case undefined:
      return bytes;
  }
}

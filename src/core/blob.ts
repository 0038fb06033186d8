import type { ByteRange } from './byteRange';

/** Blobs as the app sees them: a version pinned by its ETag, read in ranges. */

/** A blob's version: every read is pinned to its ETag. */
export interface BlobVersion {
  readonly container: string;
  readonly name: string;
  readonly etag: string;
}

export interface BlobHead {
  readonly kind: 'blob';
  readonly etag: string;
  readonly sizeBytes: number;
  readonly contentType: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

export type BlobRead =
  /** `release` gives the buffer back to the pool: call it once, after the last use of `bytes`. */
  { readonly kind: 'bytes'; readonly bytes: Uint8Array; release(): void } | BlobFault;

/** missing: no such blob or container; changed: the ETag is another (412); unreachable: storage gave no answer. */
export interface BlobFault {
  readonly kind: 'missing' | 'changed' | 'unreachable';
  readonly detail?: string;
}

export interface BlobSource {
  head(container: string, name: string): Promise<BlobHead | BlobFault>;
  /** One range of that version, or a fault. Never throws for what storage can answer. */
  read(blob: BlobVersion, range: ByteRange): Promise<BlobRead>;
  /** Begins to read ranges that will be wanted next, each where the one before it ends. What is read ahead may vanish. */
  readAhead(blob: BlobVersion, ranges: readonly ByteRange[]): void;
}

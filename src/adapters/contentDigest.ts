import { createHash, Hash } from 'node:crypto';
import { ByteRange, lengthOf } from '../core/byteRange';
import type { ContentDigest } from '../core/ports';

/** Digests bytes as they come, whole and at the boundaries of `parts`, which tile the file; keeps none of them. */
export class ContentDigester {
  private readonly whole = createHash('sha256');
  private readonly done: string[] = [];
  private part = createHash('sha256');
  private partBytes = 0;
  private sizeBytes = 0;

  constructor(private readonly parts: readonly ByteRange[]) {}

  add(bytes: Uint8Array): void {
    this.whole.update(bytes);
    this.sizeBytes += bytes.byteLength;
    for (let rest = bytes; rest.byteLength > 0;) rest = this.addToPart(rest);
  }

  /** Parts that the bytes did not fill are digested as far as they came, so that there is always one digest a part. */
  result(): ContentDigest {
    const parts = this.parts.map((_, index) => this.done[index] ?? this.endPart());
    return { kind: 'digest', sizeBytes: this.sizeBytes, sha256: hex(this.whole), parts };
  }

  /** What is left of `bytes` after the current part is full; what comes after the last part counts for the whole only. */
  private addToPart(bytes: Uint8Array): Uint8Array {
    const range = this.parts[this.done.length];
    if (range === undefined) return bytes.subarray(bytes.byteLength);
    const taken = bytes.subarray(0, lengthOf(range) - this.partBytes);
    this.part.update(taken);
    this.partBytes += taken.byteLength;
    if (this.partBytes === lengthOf(range)) this.done.push(this.endPart());
    return bytes.subarray(taken.byteLength);
  }

  private endPart(): string {
    const digest = hex(this.part);
    this.part = createHash('sha256');
    this.partBytes = 0;
    return digest;
  }
}

const hex = (hash: Hash): string => hash.digest('hex');

import { createHash, Hash } from 'node:crypto';
import { ByteRange, lengthOf } from '../../core/byteRange';
import type { ContentDigest } from '../../core/wire/ports';

/**
 * Digests bytes as they come, whole and at the boundaries of `parts`, which tile the file; keeps none of them. The first
 * part is the whole as far as that has come: where it is the only one, the bytes are digested once.
 */
export class ContentDigester {
  private readonly whole = createHash('sha256');
  private readonly done: string[] = [];
  private part = createHash('sha256');
  private partBytes = 0;
  private sizeBytes = 0;

  constructor(private readonly parts: readonly ByteRange[]) {}

  add(bytes: Uint8Array): void {
    this.sizeBytes += bytes.byteLength;
    for (let rest = bytes; rest.byteLength > 0;) rest = this.addToPart(rest);
  }

  /** Parts that the bytes did not fill are digested as far as they came, so that there is always one digest a part. */
  result(): ContentDigest {
    while (this.done.length < this.parts.length) this.endPart();
    return { kind: 'digest', sizeBytes: this.sizeBytes, sha256: hex(this.whole), parts: this.done };
  }

  /** What is left of `bytes` after the current part is full; what comes after the last part counts for the whole only. */
  private addToPart(bytes: Uint8Array): Uint8Array {
    const range = this.parts[this.done.length];
    const taken = range ? bytes.subarray(0, lengthOf(range) - this.partBytes) : bytes;
    this.whole.update(taken);
    if (range) this.fillPart(range, taken);
    return bytes.subarray(taken.byteLength);
  }

  private fillPart(range: ByteRange, taken: Uint8Array): void {
    if (!this.isFirst()) this.part.update(taken);
    this.partBytes += taken.byteLength;
    if (this.partBytes === lengthOf(range)) this.endPart();
  }

  private endPart(): void {
    this.done.push(hex(this.isFirst() ? this.whole.copy() : this.part));
    this.part = createHash('sha256');
    this.partBytes = 0;
  }

  private isFirst(): boolean {
    return this.done.length === 0;
  }
}

const hex = (hash: Hash): string => hash.digest('hex');

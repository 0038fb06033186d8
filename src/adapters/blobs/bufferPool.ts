/** A buffer on loan. `release` gives it back; a second call does nothing, so that nobody gets a buffer that is in use. */
export interface Loan {
  readonly bytes: Buffer;
  release(): void;
}

/**
 * Buffers of one size, used again: a file of 40 ranges must not leave 40 buffers to the garbage collector, which frees
 * such memory late. What is larger than the size is allocated for its use alone.
 */
export function bufferPool(sizeBytes: number, maxIdle: number): (lengthBytes: number) => Loan {
  const idle: Buffer[] = [];
  return (lengthBytes) => {
    const pooled = lengthBytes <= sizeBytes;
    const buffer = (pooled ? idle.pop() : undefined) ?? Buffer.allocUnsafeSlow(pooled ? sizeBytes : lengthBytes);
    let lent = true;
    return {
      bytes: buffer.subarray(0, lengthBytes),
      release() {
        if (lent && pooled && idle.length < maxIdle) idle.push(buffer);
        lent = false;
      },
    };
  };
}

import { createCipheriv, createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { blobService } from './storage';

const pieceBytes = 4 * 1024 * 1024;

/** Bytes that look random and are the same for the same seed, in pieces of 4 MiB: a key stream of AES. */
export function* sampleBytes(seed: string, size: number): Generator<Buffer> {
  const key = createHash('sha256').update(seed).digest();
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  const zeros = Buffer.alloc(Math.min(size, pieceBytes));
  for (let left = size; left > 0; left -= zeros.length)
    yield cipher.update(zeros.subarray(0, Math.min(left, zeros.length)));
}

/** Puts a blob of such bytes there, without holding it whole. @returns its SHA-256 in hex */
export async function putSampleBlob(
  connection: string,
  container: string,
  name: string,
  size: number,
): Promise<string> {
  const hash = createHash('sha256');
  const pieces = function* (): Generator<Buffer> {
    for (const piece of sampleBytes(name, size)) {
      hash.update(piece);
      yield piece;
    }
  };
  const blob = blobService(connection).getContainerClient(container).getBlockBlobClient(name);
  await blob.uploadStream(Readable.from(pieces(), { objectMode: false }), pieceBytes, 2);
  return hash.digest('hex');
}

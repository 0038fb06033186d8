import { discard } from './exchange';

/**
 * The body of an answer piece by piece, none kept. Ends with an error where fewer or more bytes came than
 * Content-Length said, which an encoded body alone may.
 */
export async function* bodyPieces(response: Response, progressed: () => void): AsyncGenerator<Uint8Array> {
  let read = 0;
  for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    progressed();
    read += piece.byteLength;
    yield piece;
  }
  const announced = announcedBytes(response);
  if (announced !== undefined && announced !== read) {
    throw Object.assign(new Error('Another length than was announced.'), { code: 'ERR_CONTENT_LENGTH_MISMATCH' });
  }
}

/** The whole body where it has at most `maxBytes`; undefined where it is larger, whether it said so or not. */
export async function readAtMost(
  response: Response,
  maxBytes: number,
  progressed: () => void,
): Promise<Uint8Array | undefined> {
  if ((announcedBytes(response) ?? 0) > maxBytes) {
    await discard(response);
    return undefined;
  }
  const pieces: Uint8Array[] = [];
  let left = maxBytes;
  for await (const piece of bodyPieces(response, progressed)) {
    left -= piece.byteLength;
    if (left < 0) return undefined; // leaving the loop cancels the body
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function announcedBytes({ headers }: Response): number | undefined {
  const length = headers.get('content-length');
  return length === null || headers.has('content-encoding') ? undefined : Number(length);
}

import { discard } from './exchange';

/**
 * Reads the body of an answer piece by piece and keeps none; `take` says whether it wants more. Throws where fewer or more
 * bytes came than Content-Length said, which an encoded body alone may. By the stream's own reader: an iterator over it
 * costs turns of the event loop, of which a large file takes thousands.
 * @returns whether all of it was taken
 */
export async function readBody(
  response: Response,
  progressed: () => void,
  take: (piece: Uint8Array) => boolean,
): Promise<boolean> {
  const reader = (response.body as ReadableStream<Uint8Array> | null)?.getReader();
  let readBytes = 0;
  for (let next = await reader?.read(); next?.value !== undefined; next = await reader?.read()) {
    progressed();
    readBytes += next.value.byteLength;
    if (take(next.value)) continue;
    await reader?.cancel().catch(() => undefined); // a broken one is gone already
    return false;
  }
  const announced = announcedBytes(response);
  if (announced !== undefined && announced !== readBytes) {
    throw Object.assign(new Error('Another length than was announced.'), { code: 'ERR_CONTENT_LENGTH_MISMATCH' });
  }
  return true;
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
  const whole = await readBody(response, progressed, (piece) => {
    left -= piece.byteLength;
    pieces.push(piece);
    return left >= 0;
  });
  return whole ? Buffer.concat(pieces) : undefined;
}

function announcedBytes({ headers }: Response): number | undefined {
  const length = headers.get('content-length');
  return length === null || headers.has('content-encoding') ? undefined : Number(length);
}

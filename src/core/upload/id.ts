/**
 * A source of upload ids: UUIDv7 texts (RFC 9562), so they sort by time, are hard to guess, and are safe in URLs, table
 * keys and as instance ids. Within one source they only grow, also within a millisecond and when the clock steps back:
 * the 12 bits after the version count.
 */
export function newUploadIds(clock: () => number, randomBytes: (size: number) => Uint8Array): () => string {
  let lastMs = 0;
  let count = 0;
  return () => {
    const now = clock();
    if (now > lastMs) [lastMs, count] = [now, 0];
    else if (count < 0xfff) count += 1;
    else [lastMs, count] = [lastMs + 1, 0];
    const random = [...randomBytes(8)].map((byte) => hex(byte, 2)).join('');
    const variant = hex((Number.parseInt(random.slice(0, 1), 16) & 0x3) | 0x8, 1);
    const time = hex(lastMs, 12);
    return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(count, 3)}-${variant}${random.slice(1, 4)}-${random.slice(4)}`;
  };
}

/** The id of the nth upload of a delivery (from 0): always the same, so that two equal calls mean the same uploads. */
export function uploadIdIn(deliveryId: string, index: number): string {
  const random = Number.parseInt(deliveryId.slice(-12), 16); // 48 bits: exact as a number
  return deliveryId.slice(0, -12) + hex((random + index + 1) % 2 ** 48, 12);
}

/** Whether a text can be an upload's id at all: anything else is not looked up. */
export const isUploadId = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(text);

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

import { MiB } from '../byteRange';

/** No message of Exchange Online may be larger (https://learn.microsoft.com/office365/servicedescriptions/exchange-online-service-description/exchange-online-limits). */
export const largestMessageBytes = 150 * MiB;

/** How many bytes a file has in a message: files travel as base64, four characters for three bytes. */
export const encodedBytes = (bytes: number): number => 4 * Math.ceil(bytes / 3);

/** Files as they count in a message; null: one without a file. */
export const sumOf = (sizes: readonly (number | null)[]): number =>
  sizes.reduce<number>((sum, size) => sum + encodedBytes(size ?? 0), 0);

/** What the sum of the files, and of what the draft holds already, allows to say before the first byte is sent. */
export type SizeVerdict = 'fits' | 'mayExceed' | 'tooLarge';

/**
 * `filesBytes` of so many files, `heldBytes` that the draft holds already. One file alone is never too large here: the service
 * documents 150 MB for one attachment, and whether that counts before or after its encoding only its answer tells.
 */
export function judgeSize(
  { files, filesBytes, heldBytes }: { files: number; filesBytes: number; heldBytes: number },
  tenantLimitBytes: number,
): SizeVerdict {
  const bytes = filesBytes + heldBytes;
  const isAlone = files === 0 || (files === 1 && heldBytes === 0);
  if (bytes > largestMessageBytes && !isAlone) return 'tooLarge';
  return bytes > tenantLimitBytes ? 'mayExceed' : 'fits';
}

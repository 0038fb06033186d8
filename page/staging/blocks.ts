/** The blocks of a file as Put Block wants them: https://learn.microsoft.com/rest/api/storageservices/put-block */
export interface Block {
  readonly index: number;
  /** base64, of equal length for every block of a blob */
  readonly id: string;
  readonly start: number;
  readonly end: number; // exclusive
}

export function blocksOf(size: number, blockSize: number): Block[] {
  return Array.from({ length: Math.ceil(size / blockSize) }, (_, index) => ({
    index,
    id: btoa(`block-${String(index).padStart(6, '0')}`),
    start: index * blockSize,
    end: Math.min(size, (index + 1) * blockSize),
  }));
}

/** The body of Put Block List. */
export const blockList = (blocks: readonly Block[]): string =>
  `<?xml version="1.0" encoding="utf-8"?><BlockList>${blocks.map(({ id }) => `<Latest>${id}</Latest>`).join('')}</BlockList>`;

/** The address of a request about that blob; the URL that the app gave already has its query. */
export const blockUrl = (uploadUrl: string, parameters: Readonly<Record<string, string>>): string => {
  const url = new URL(uploadUrl);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
};

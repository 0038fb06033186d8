/** What may be logged of it: our own words, never a message of the storage SDK. */
export const reasonOf = (cause: unknown): string =>
  cause instanceof Error ? (cause.name === 'Error' ? cause.message : cause.name) : 'unknown';

import { createRequire } from 'node:module';
import type NylasModule from 'nylas' with { 'resolution-mode': 'import' };
import type { NylasApiError as ApiError } from 'nylas' with { 'resolution-mode': 'import' };

/**
 * The official SDK. Its types for `require` cannot be read by the compiler (`export *` beside `export =`), those for
 * `import` can: the class comes from the one, its type from the other.
 */
export type Nylas = NylasModule;
export type NylasApiError = ApiError;

export function nylasSdk(options: { apiKey: string; apiUri: string }): Nylas {
  const Sdk = createRequire(__filename)('nylas') as typeof NylasModule;
  return new Sdk(options);
}

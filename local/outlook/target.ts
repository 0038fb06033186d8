import type { ItemPath } from './itemPaths';

/** What a Graph URL and its bearer say. `app`: the token's fingerprint. `ids`: what stood for `*` after the item. */
export interface Target {
  readonly version: 'v1.0' | 'beta';
  readonly app: string;
  readonly path: ItemPath;
  readonly ids: readonly string[];
  readonly query: URLSearchParams;
  readonly immutableIds: boolean;
}

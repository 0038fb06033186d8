/** A JSON object: what every body and every `props` is until it is looked at. */
export type Json = Record<string, unknown>;

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value under `key` whatever its case: Graph takes `AttachmentItem` and `attachmentItem` alike. */
export function anyCase(body: Json, key: string): unknown {
  const found = Object.keys(body).find((name) => name.toLowerCase() === key.toLowerCase());
  return found === undefined ? undefined : body[found];
}

/** A text, or nothing in its place. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export function only(body: Json, keys: readonly string[]): Json {
  return Object.fromEntries(keys.filter((key) => key in body).map((key) => [key, body[key]]));
}

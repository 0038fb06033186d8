import { createHash } from 'node:crypto';

/** The same for two bodies that are the same once parsed, whatever their spaces and the order of their fields. */
export const fingerprintOf = (json: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(sorted(json)))
    .digest('base64url');

function sorted(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(sorted);
  if (typeof json !== 'object' || json === null) return json;
  const entries = Object.entries(json).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, value]) => [key, sorted(value)]));
}

import { createHash } from 'node:crypto';
import stringify from 'safe-stable-stringify';

/** The same for two bodies that are the same once parsed, whatever their spaces and the order of their fields. */
export const fingerprintOf = (json: unknown): string =>
  createHash('sha256')
    .update(stringify(json) ?? '')
    .digest('base64url');

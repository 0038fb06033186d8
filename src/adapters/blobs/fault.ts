import { RestError } from '@azure/storage-blob';
import type { BlobFault } from '../../core/blob';

/** Names that no blob or container can have: the service answers 400, and what cannot exist is missing. */
const impossibleNames = ['InvalidResourceName', 'InvalidUri', 'OutOfRangeInput'];

/** The stream ended before its range did. */
export const brokenOff = (): Error => Object.assign(new Error('The download broke off.'), { code: 'BrokenOff' });

/**
 * What an error of the storage SDK means. The detail is made of status and codes: messages may hold the URL, with a
 * SAS in it. A bug of ours is thrown on.
 */
export function blobFaultOf(error: unknown): BlobFault {
  if (error instanceof TypeError) throw error;
  const status = error instanceof RestError ? error.statusCode : undefined;
  const code = codeOf(error);
  if (status === 404 || (status === 400 && impossibleNames.includes(code))) return { kind: 'missing' };
  if (status === 412) return { kind: 'changed' };
  return { kind: 'unreachable', detail: `Blob storage: ${status === undefined ? code : `${status} ${code}`}` };
}

/** A HEAD's error has no body: its code is in a header. */
function codeOf(error: unknown): string {
  const header = error instanceof RestError ? error.response?.headers.get('x-ms-error-code') : undefined;
  const { code, name } = error as { code?: unknown; name?: unknown };
  return ([header, code, name].find((one) => typeof one === 'string' && one !== '') as string | undefined) ?? 'unknown';
}

import { faultOf, NylasFault } from './error';
import type { BlobVersion } from '../blob';

/** A large attachment on its way into storage (facts of Nylas: POST attachment-uploads, PUT, complete). */
export interface NylasSession {
  readonly id: string; // UUID v4: the attachment_id
  readonly grant: string; // as its caller wrote it
  readonly mailbox: string; // the grant's key: who else may name this session
  readonly filename: string;
  readonly contentType: string;
  readonly declaredBytes: number; // 0: not declared
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly state: 'uploading' | 'ready';
  /** What was completed: from here on only this version counts. */
  readonly blob?: BlobVersion;
}

export const sessionLifeMs = 60 * 60 * 1000;

/** Where the bytes lie, below what is cleaned up. */
export const sessionBlobName = (folder: string): string => `${folder}/content`;
export const stagedContainer = 'uploads';

/** The `data` of the 201; `url` is a secret and is not kept. */
export const sessionResource = (session: NylasSession, url: string, maxBytes: number): Record<string, unknown> => ({
  attachment_id: session.id,
  method: 'PUT',
  url,
  headers: { 'Content-Type': session.contentType },
  expires_at: new Date(session.expiresAt).toISOString().replace(/\.\d+Z$/, 'Z'),
  max_size: maxBytes,
  size: session.declaredBytes,
  content_type: session.contentType,
  filename: session.filename,
  grant_id: session.grant,
});

/** Why a session cannot be completed; undefined where its bytes are to be looked at. */
export function refusalOfComplete(
  session: NylasSession | undefined,
  mailbox: string,
  now: number,
): NylasFault | undefined {
  if (session?.mailbox !== mailbox) return faultOf(404, 'sessions', 'upload session not found');
  if (session.state === 'ready') return alreadyComplete;
  if (now >= session.expiresAt) return faultOf(410, 'sessions', 'upload session has expired');
  return undefined;
}

export const alreadyComplete = faultOf(409, 'sessions', 'upload session is already complete');

/** What speaks against the bytes that were found; `foundBytes` undefined: there are none. */
export function refusalOfBytes(
  { declaredBytes }: NylasSession,
  foundBytes: number | undefined,
  maxBytes: number,
): NylasFault | undefined {
  const why = bytesFault(declaredBytes, foundBytes, maxBytes);
  return why === undefined ? undefined : faultOf(422, 'sessions', `uploaded object not found in storage: ${why}`);
}

function bytesFault(declared: number, found: number | undefined, max: number): string | undefined {
  if (found === undefined) return 'nothing was put to the url';
  if (found === 0) return 'it is empty';
  if (declared > 0 && found !== declared) return `it has ${found} bytes, not the ${declared} of its session`;
  return found > max ? `it has ${found} bytes, more than ${max}` : undefined;
}

/** Why a message cannot take the attachment of this id; undefined where it can. */
export function refusalOfUse(session: NylasSession | undefined, mailbox: string, now: number): string | undefined {
  if (session?.mailbox !== mailbox) return 'no attachment with this id was uploaded for this grant';
  if (session.state !== 'ready') return 'its upload session is not complete';
  if (now >= session.expiresAt) return 'its upload session has expired: upload the file again';
  return undefined;
}

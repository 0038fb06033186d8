import type { ByteRange } from '../byteRange';
import { parseAttachmentLocation } from './location';
import type { WireReply } from './reply';
import { anyCase, parseMissing, parseUploadSession, WireSession } from './session';

/**
 * What a call that succeeded says. Each reader gives undefined where the reply is no success that can be read: then
 * `readFailure` says what that means. So a step is `readPut(reply, total) ?? readFailure('putRange', reply, now)`.
 */

type Reply = Extract<WireReply, { kind: 'reply' }>;
export type Attached = { readonly kind: 'attached'; readonly id?: string };

const succeeded = (reply: WireReply): reply is Reply =>
  reply.kind === 'reply' && reply.status >= 200 && reply.status < 300;

/** 200: more is wanted. 201: attached; its body is empty, the id is in `Location` (docs/outlook-facts.md#success-codes). */
export function readPut(
  reply: WireReply,
  totalBytes: number,
): { readonly kind: 'accepted'; readonly missing?: readonly ByteRange[] } | Attached | undefined {
  if (!succeeded(reply)) return undefined;
  if (reply.status === 201) return attached(parseAttachmentLocation(reply.location));
  if (typeof reply.json !== 'object' || reply.json === null) return undefined; // somebody else may have answered
  const missing = parseMissing(reply.json, totalBytes);
  return missing === undefined ? { kind: 'accepted' } : { kind: 'accepted', missing };
}

/** A POST of an attachment gives it back with its id. A 2xx without an id proves nothing. */
export function readPost(reply: WireReply): Required<Attached> | undefined {
  const id = succeeded(reply) ? idOf(reply.json) : undefined;
  return id === undefined ? undefined : { kind: 'attached', id };
}

/** A reply to a thread is answered 202, without an id (docs/outlook-facts.md#group-posts). */
export const readReplied = (reply: WireReply): { readonly kind: 'replied' } | undefined =>
  reply.kind === 'reply' && reply.status === 202 ? { kind: 'replied' } : undefined;

/** The session with its URL, which is a secret: it has to be sealed before it leaves the activity. */
export function readOpened(
  reply: WireReply,
  totalBytes: number,
  now: number,
): { readonly kind: 'opened'; readonly session: WireSession } | undefined {
  const session = succeeded(reply) ? parseUploadSession(reply.json, totalBytes, now, reply.date) : undefined;
  return session && { kind: 'opened', session };
}

export function readStatus(
  reply: WireReply,
  totalBytes: number,
): { readonly kind: 'expects'; readonly missing: readonly ByteRange[] } | { readonly kind: 'noStatus' } | undefined {
  if (!succeeded(reply)) return undefined;
  const missing = parseMissing(reply.json, totalBytes);
  return missing === undefined ? { kind: 'noStatus' } : { kind: 'expects', missing };
}

export const readClosed = (reply: WireReply): { readonly kind: 'closed' } | undefined =>
  succeeded(reply) ? { kind: 'closed' } : undefined;

export const readRemoved = (reply: WireReply): { readonly kind: 'removed' } | undefined =>
  succeeded(reply) ? { kind: 'removed' } : undefined;

/** A PATCH that was taken. */
export const readChanged = (reply: WireReply): { readonly kind: 'changed' } | undefined =>
  succeeded(reply) ? { kind: 'changed' } : undefined;

/** Only 202 says that a message was sent (docs/outlook-facts.md#send-proves-nothing). */
export const readSent = (reply: WireReply): { readonly kind: 'sent' } | undefined =>
  reply.kind === 'reply' && reply.status === 202 ? { kind: 'sent' } : undefined;

const attached = (id: string | undefined): Attached =>
  id === undefined ? { kind: 'attached' } : { kind: 'attached', id };

export function idOf(json: unknown): string | undefined {
  const id = anyCase(json, 'id');
  return typeof id === 'string' && id !== '' ? id : undefined;
}

import type { WireReply } from './reply';
import { anyCase } from './session';
import { idOf } from './success';

/** Graph's resources as far as they are read. Each reader gives undefined where the JSON is not such a resource. */

export interface ListedAttachment {
  readonly id: string;
  readonly name: string;
  /** As the service lists it: more than the file's bytes (docs/outlook-facts.md#size). */
  readonly sizeBytes?: number;
  readonly isInline?: boolean;
}
export interface Attachment extends ListedAttachment {
  readonly contentId?: string;
  readonly contentType?: string;
  readonly type?: string; // `#microsoft.graph.fileAttachment`
}
/** A message that carries our mark. */
export interface MarkedMessage {
  readonly id: string;
  readonly isDraft: boolean;
  readonly sentAt: number | undefined; // ms since 1970; drafts may have one too
}
export interface Message extends MarkedMessage {
  readonly hasRecipients: boolean;
  readonly hasAttachments?: boolean;
  readonly internetMessageId?: string;
  readonly subject?: string;
}
export interface CalendarEvent {
  readonly subject: string;
  readonly isOrganizer: boolean;
  /** The value of the extended property that was asked for. */
  readonly mark?: string;
}
/** A draft that was made. Its `internetMessageId` finds it again where it cannot be marked. */
export interface CreatedMessage {
  readonly id: string;
  readonly internetMessageId?: string;
}
/** An attachment of a post. Its bytes come along: the digest of them, where they do. */
export interface PostAttachment extends ListedAttachment {
  readonly sha256?: string;
}
/** A post of a thread with its attachments. */
export interface Post {
  readonly id: string;
  readonly createdAt: number | undefined; // ms since 1970
  readonly attachments: readonly PostAttachment[];
}

export function parseListed(json: unknown): ListedAttachment | undefined {
  const id = idOf(json);
  const size = anyCase(json, 'size');
  const isInline = anyCase(json, 'isInline');
  return id === undefined
    ? undefined
    : {
        id,
        name: text(json, 'name') ?? '',
        ...(typeof size === 'number' ? { sizeBytes: size } : {}),
        ...(typeof isInline === 'boolean' ? { isInline } : {}),
      };
}

export function parseAttachment(json: unknown): Attachment | undefined {
  const listed = parseListed(json);
  return (
    listed && { ...listed, ...texts(json, { contentId: 'contentId', contentType: 'contentType', type: '@odata.type' }) }
  );
}

export function parseMarked(json: unknown): MarkedMessage | undefined {
  const [id, isDraft] = [idOf(json), anyCase(json, 'isDraft')];
  return id === undefined || typeof isDraft !== 'boolean'
    ? undefined
    : { id, isDraft, sentAt: time(json, 'sentDateTime') };
}

export function parseMessage(json: unknown): Message | undefined {
  const marked = parseMarked(json);
  const hasAttachments = anyCase(json, 'hasAttachments');
  return (
    marked && {
      ...marked,
      hasRecipients: ['toRecipients', 'ccRecipients', 'bccRecipients'].some((list) => isFilled(anyCase(json, list))),
      ...(typeof hasAttachments === 'boolean' ? { hasAttachments } : {}),
      ...texts(json, { internetMessageId: 'internetMessageId', subject: 'subject' }),
    }
  );
}

/** Graph gives extended properties only where one was asked for by its id. */
export function parseEvent(json: unknown): CalendarEvent | undefined {
  const isOrganizer = anyCase(json, 'isOrganizer');
  if (idOf(json) === undefined || typeof isOrganizer !== 'boolean') return undefined;
  const given = anyCase(json, 'singleValueExtendedProperties');
  const mark = Array.isArray(given) ? text(given[0], 'value') : undefined;
  return { subject: text(json, 'subject') ?? '', isOrganizer, ...(mark === undefined ? {} : { mark }) };
}

/** The answer to a create, createReply, createReplyAll or createForward. A 2xx without an id proves nothing. */
export function readCreated(reply: WireReply): CreatedMessage | undefined {
  if (reply.kind === 'fault' || reply.status < 200 || reply.status >= 300) return undefined;
  const id = idOf(reply.json);
  return id === undefined ? undefined : { id, ...texts(reply.json, { internetMessageId: 'internetMessageId' }) };
}

/** `sha256OfBase64`: the digest of bytes that are given as base64. */
export function parsePost(json: unknown, sha256OfBase64: (text: string) => string): Post | undefined {
  const id = idOf(json);
  const given = anyCase(json, 'attachments');
  const attachments = Array.isArray(given) ? given.map((one) => parsePostAttachment(one, sha256OfBase64)) : [];
  if (id === undefined || !attachments.every((one) => one !== undefined)) return undefined;
  return { id, createdAt: time(json, 'createdDateTime'), attachments };
}

function parsePostAttachment(json: unknown, sha256OfBase64: (text: string) => string): PostAttachment | undefined {
  const listed = parseListed(json);
  const bytes = text(json, 'contentBytes');
  return listed && (bytes === undefined ? listed : { ...listed, sha256: sha256OfBase64(bytes) });
}

const isFilled = (value: unknown): boolean => Array.isArray(value) && value.length > 0;

function text(json: unknown, property: string): string | undefined {
  const value = anyCase(json, property);
  return typeof value === 'string' ? value : undefined;
}

function time(json: unknown, property: string): number | undefined {
  const at = Date.parse(text(json, property) ?? '');
  return Number.isNaN(at) ? undefined : at;
}

/** The properties that are there, under our names. */
function texts<K extends string>(json: unknown, names: Readonly<Record<K, string>>): Partial<Record<K, string>> {
  const found: Partial<Record<K, string>> = {};
  for (const [ours, theirs] of Object.entries<string>(names)) {
    const value = text(json, theirs);
    if (value !== undefined && value !== '') found[ours as K] = value;
  }
  return found;
}

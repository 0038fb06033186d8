import type { ByteRange } from '../byteRange';
import type { Mailbox } from '../items/mailbox';
import type { Item } from '../items/path';
import type { WireReply } from './reply';

/** Microsoft Graph and the upload hosts. Adapters answer what came back as a value; they never throw for it. */

/** A file's description in `createUploadSession` and in a small POST. */
export interface AttachmentFile {
  readonly name: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly isInline: boolean;
  readonly contentId?: string;
}

export interface ListedAttachment {
  readonly id: string;
  readonly name: string;
}

/** SHA-256 of the whole content and of each part, as lower-case hex. */
export interface ContentDigest {
  readonly kind: 'digest';
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly parts: readonly string[];
}

/** An item's attachments over Graph, with a bearer. */
export interface AttachmentApi {
  /** All attachments of the item (pages followed), id and name only. */
  list(item: Item): Promise<{ kind: 'list'; attachments: ListedAttachment[] } | WireReply>;
  /** POST of the whole attachment; `body` is its JSON. 201 gives the attachment; a reply to a thread 202 and nothing. */
  post(item: Item, body: string): Promise<WireReply>;
  /** Reads `$value` to its end and digests it whole and at the given boundaries (which tile the file). */
  digest(item: Item, attachmentId: string, parts: readonly ByteRange[]): Promise<ContentDigest | WireReply>;
  metadata(item: Item, attachmentId: string, select: string | undefined): Promise<WireReply>;
  /** The bytes of a small attachment, at most `maxBytes`. */
  value(
    item: Item,
    attachmentId: string,
    maxBytes: number,
  ): Promise<{ kind: 'value'; bytes: Uint8Array; contentType: string | undefined } | { kind: 'tooLarge' } | WireReply>;
  remove(item: Item, attachmentId: string): Promise<WireReply>;
}

/** The upload session protocol: one implementation for Outlook items, one for To Do. */
export interface UploadSessionApi {
  create(item: Item, file: AttachmentFile): Promise<WireReply>;
  /** One PUT of one range, ended after `timeoutMs`. */
  put(
    uploadUrl: string,
    range: ByteRange,
    totalBytes: number,
    bytes: Uint8Array,
    timeoutMs: number,
  ): Promise<WireReply>;
  status(uploadUrl: string): Promise<WireReply>;
  cancel(uploadUrl: string): Promise<WireReply>;
}

/** A message that carries our mark. */
export interface MarkedMessage {
  readonly id: string;
  readonly isDraft: boolean;
  readonly sentAt: number | undefined; // ms; drafts may have one too
}

/** Messages as a whole: drafts made, marked, found by their mark, sent, deleted. With a bearer, as `AttachmentApi`. */
export interface MessageApi {
  /** POST of a message's JSON into Drafts. */
  create(mailbox: Mailbox, body: string): Promise<WireReply>;
  /** PATCH of the item's properties. */
  patch(item: Item, body: string): Promise<WireReply>;
  /** 202: it will be sent. */
  send(item: Item): Promise<WireReply>;
  read(item: Item): Promise<{ kind: 'message'; message: MarkedMessage } | WireReply>;
  /** All messages of a folder that have this extended property with this value. */
  findMarked(
    mailbox: Mailbox,
    folder: 'drafts' | 'sentitems',
    property: string,
    value: string,
  ): Promise<{ kind: 'messages'; messages: MarkedMessage[] } | WireReply>;
  remove(item: Item): Promise<WireReply>;
}

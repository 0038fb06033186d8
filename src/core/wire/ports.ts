import type { ByteRange } from '../byteRange';
import type { Mailbox } from '../items/mailbox';
import type { Item } from '../items/path';
import type { WireReply } from './reply';
import type { CalendarEvent, ListedAttachment, MarkedMessage, Message, Post } from './resources';

export type { ListedAttachment, MarkedMessage } from './resources';

/** Microsoft Graph and the upload hosts. Adapters answer what came back as a value; they never throw for it. */

/** A file's description in `createUploadSession` and in a small POST. */
export interface AttachmentFile {
  readonly name: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly isInline: boolean;
  readonly contentId?: string;
}

/** SHA-256 of the whole content and of each part, as lower-case hex. */
export interface ContentDigest {
  readonly kind: 'digest';
  /** Only these bytes were read (206). `sizeBytes` and `sha256` are theirs, and `parts` those that lie within. */
  readonly range?: ByteRange;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly parts: readonly string[];
}

/** An item's attachments over Graph, with a bearer. */
export interface AttachmentApi {
  /** All attachments of the item, pages followed, without their bytes. */
  list(item: Item): Promise<{ kind: 'list'; attachments: ListedAttachment[] } | WireReply>;
  /** POST of the whole attachment; `body` is its JSON. 201 gives the attachment; a reply to a thread 202 and nothing. */
  post(item: Item, body: string): Promise<WireReply>;
  /**
   * Reads `$value` to its end and digests it whole and at the given boundaries (which tile the file). With `range`, it asks
   * for those bytes alone; a service that does not know ranges sends the whole file, and the digest has no `range`.
   */
  digest(
    item: Item,
    attachmentId: string,
    parts: readonly ByteRange[],
    range?: ByteRange,
  ): Promise<ContentDigest | WireReply>;
  /** Properties of one attachment; `parseAttachment` reads them. Its id is the one that lists give. */
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

/** What can be made of a message: a draft that answers it or passes it on. */
export type DraftAction = 'createReply' | 'createReplyAll' | 'createForward';

/** Mailboxes, messages and items as they are looked at before and after the work on them. */
export interface MailApi extends MessageApi {
  /** POST of the action's JSON at a message; Graph makes the draft, `readCreated` reads it. */
  createFrom(message: Item, action: DraftAction, body: string): Promise<WireReply>;
  /** What has to be known of a draft before anything is attached to it. */
  readMessage(message: Item): Promise<{ kind: 'read'; message: Message } | WireReply>;
  /** The same by the message's id alone, in whatever folder the message lies. */
  readMessageById(mailbox: Mailbox, id: string): Promise<{ kind: 'read'; message: Message } | WireReply>;
  /** What has to be known of an event before its attendees are notified; `mark`: the value that it carries of this property. */
  readEvent(event: Item, property: string): Promise<{ kind: 'event'; event: CalendarEvent } | WireReply>;
  /** Whether an item of any form is there, and its id as lists give it. */
  readItem(item: Item): Promise<{ kind: 'item'; id: string } | WireReply>;
  /** All messages of the mailbox with this internet message id, drafts and sent ones. */
  findByInternetId(
    mailbox: Mailbox,
    internetMessageId: string,
  ): Promise<{ kind: 'found'; messages: Message[] } | WireReply>;
  /** The posts of the thread that the item is or belongs to, created at that time (ms since 1970) or later. */
  posts(item: Item, since: number): Promise<{ kind: 'posts'; posts: Post[] } | WireReply>;
  /** The object id of the mailbox's owner: one for all its names. */
  ownerId(mailbox: Mailbox): Promise<{ kind: 'owner'; id: string } | WireReply>;
}

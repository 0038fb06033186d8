/** What is stored: items, what they hold, and upload sessions. */
import type { Kind } from './itemPaths';
import type { Json } from './json';
import type { Operation } from './operations';
import type { SessionState } from './uploadSessions';

export type StoredKind = Exclude<Kind, 'meeting'>;

/** A message on its way to people. */
export interface Sent {
  readonly at: number;
  readonly to: readonly string[];
  readonly attachments: readonly string[];
}

/** A message, event, task, thread or post. */
export interface Item {
  /** Its key in the store; never on the wire. */
  readonly id: string;
  readonly graphId: string;
  readonly immutableId: string;
  readonly kind: StoredKind;
  readonly owner: string;
  /** Containers from the outermost to the one it lies in. */
  readonly chain: readonly string[];
  readonly props: Json;
  readonly extended: readonly { readonly id: string; readonly value: string }[];
  /** Messages only: whether it is still a draft, how often it was sent, when it leaves Drafts. */
  readonly isDraft: boolean;
  readonly sends: number;
  /** What went out each time. */
  readonly sent?: readonly Sent[];
  readonly movesAt?: number;
  /** Lists do not show it earlier. */
  readonly visibleAt?: number;
  /** Operations do not find it earlier. */
  readonly hiddenUntil?: Partial<Record<Operation | 'any', number>>;
  /** Meeting messages only: the event behind `/event`. */
  readonly eventKey?: string;
  readonly createdAt: number;
  readonly modifiedAt: number;
}

export type AttachmentKind = 'file' | 'item' | 'reference' | 'todoFile';

/** What an item holds. */
export interface Attachment {
  /** Its key in the store; never on the wire. */
  readonly id: string;
  /** The id that the upload host and Graph give; with `ids: two` it changes when its message moves. */
  readonly graphId: string;
  /** The id that Graph gives where `Prefer: IdType="ImmutableId"` asks for it; with `ids: one` the same. */
  readonly immutableId: string;
  readonly itemKey: string;
  readonly kind: AttachmentKind;
  readonly name: string;
  readonly contentType: string | null;
  /** Exact length of what `$value` gives; none for a reference. */
  readonly bytes: number;
  readonly file?: string;
  readonly isInline: boolean;
  readonly contentId: string | null;
  /** Further properties of a reference, given back as they came. */
  readonly extra: Json;
  readonly committedAt: number;
  /** Lists do not show it earlier. */
  readonly visibleAt: number;
  readonly method: 'post' | 'session' | 'reply' | 'draft';
  /** Computed when first asked for. */
  readonly sha256?: string;
}

export type NewAttachment = Pick<Attachment, 'kind' | 'name' | 'contentType' | 'method'> & Partial<Attachment>;

/** An upload session at rest: the state machine's state, and what the file will be called. */
export interface Session {
  readonly id: string;
  readonly itemKey: string;
  readonly owner: string;
  /** Fingerprint of the token that made it: its PUTs count for that app. */
  readonly app: string;
  readonly version: 'v1.0' | 'beta';
  readonly name: string;
  readonly contentType: string;
  readonly isInline: boolean;
  readonly contentId: string | null;
  /** Hash of the URL's token; the token itself is kept nowhere. */
  readonly tokenHash: string;
  readonly state: SessionState;
  readonly file: string;
  readonly createdAt: number;
  /** Key of the attachment that it made. */
  readonly attachmentKey?: string;
}

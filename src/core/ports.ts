import type { ByteRange } from './byteRange';
import type { DeliveryInput, DeliveryRecord } from './deliveryRecord';
import type { Mailbox } from './deliveryStart';
import type { Item } from './itemPath';
import type { NylasCall, NylasDraft, NylasSchedule } from './nylasSend';
import type { NylasSession } from './nylasSession';
import type { UploadRecord } from './uploadRecord';
import type { WireReply } from './wireReply';

/** All I/O of the app on one page. Adapters implement these, `dependencies.ts` puts them together, tests fake them. */

/** A blob's version: every read is pinned to its ETag. */
export interface BlobVersion {
  readonly container: string;
  readonly name: string;
  readonly etag: string;
}
export interface BlobHead {
  readonly kind: 'blob';
  readonly etag: string;
  readonly sizeBytes: number;
  readonly contentType: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}
export type BlobRead =
  /** `release` gives the buffer back to the pool: call it once, after the last use of `bytes`. */
  { readonly kind: 'bytes'; readonly bytes: Uint8Array; release(): void } | BlobFault;
/** missing: no such blob or container; changed: the ETag is another (412); unreachable: storage gave no answer. */
export interface BlobFault {
  readonly kind: 'missing' | 'changed' | 'unreachable';
  readonly detail?: string;
}

export interface BlobSource {
  head(container: string, name: string): Promise<BlobHead | BlobFault>;
  /** One range of that version, or a fault. Never throws for what storage can answer. */
  read(blob: BlobVersion, range: ByteRange): Promise<BlobRead>;
  /** Begins to read a range that will be wanted next. What is read ahead may vanish. */
  readAhead(blob: BlobVersion, range: ByteRange): void;
}

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

/** Seals short secrets (upload URLs) for rest. `context` (the upload's id) is authenticated with it. */
export interface SecretBox {
  seal(secret: string, context: string): string;
  /** Undefined where no key opens it (rotated away, damaged, another context). */
  open(sealed: string, context: string): string | undefined;
}

/** A version of a stored record: what a conditional write compares. */
export interface Versioned<T> {
  readonly value: T;
  readonly version: string;
}

/** A claim arbitrates: of two inserts of one key at the same instant one wins, the other is given the winner's. */
export interface Claim {
  readonly uploadId: string;
  readonly fingerprint?: string; // of the request's body
  readonly claimedAt: number;
}
/** `send`: the delivery that may send an item; the others are by which upload something is known. */
export type ClaimScope = 'idempotencyKey' | 'duplicate' | 'attachment' | 'send';

export interface UploadFilter {
  readonly status?: string;
  readonly item?: string; // compared decoded: the canonical path
  readonly reference?: string;
}

/** One record per upload: the arbiter, the index of the list, the last word on the state. */
export interface UploadRecords {
  /** The claim that holds `key` now and whether this call made it. */
  claim(scope: ClaimScope, key: string, claim: Claim): Promise<{ won: boolean; held: Versioned<Claim> }>;
  findClaim(scope: ClaimScope, key: string): Promise<Versioned<Claim> | undefined>;
  /** Puts another claim in the place of the one with this version; false where somebody was quicker. */
  replaceClaim(scope: ClaimScope, key: string, claim: Claim, version: string): Promise<boolean>;
  /** Inserts the record with its index rows; false where one with this id exists. */
  insert(record: UploadRecord): Promise<boolean>;
  get(id: string): Promise<Versioned<UploadRecord> | undefined>;
  /** Conditional replace; false where the version is no longer this one. Moves the index rows with the state. */
  replace(record: UploadRecord, version: string): Promise<boolean>;
  /** Newest first; `after` is the id of the last one of the page before. Ids only grow, so pages are stable. */
  list(filter: UploadFilter, limit: number, after: string | undefined): Promise<UploadRecord[]>;
  listActive(): Promise<UploadRecord[]>;
  /** Finished records that ended before `endedBefore` (ms), oldest first. */
  listEnded(endedBefore: number, limit: number): Promise<UploadRecord[]>;
  remove(id: string): Promise<void>;
}

/** One record per delivery, beside the records of its uploads. Claims are made through `UploadRecords`. */
export interface DeliveryRecords {
  /** Inserts the record, its input before it; false where one with this id exists. */
  insert(record: DeliveryRecord, input: DeliveryInput): Promise<boolean>;
  get(id: string): Promise<Versioned<DeliveryRecord> | undefined>;
  input(id: string): Promise<DeliveryInput | undefined>;
  /** Conditional replace; false where the version is no longer this one. */
  replace(record: DeliveryRecord, version: string): Promise<boolean>;
  listActive(): Promise<DeliveryRecord[]>;
  /** Finished records that ended before `endedBefore` (ms), oldest first. */
  listEnded(endedBefore: number, limit: number): Promise<DeliveryRecord[]>;
  remove(id: string): Promise<void>;
  /** Removes what an insert left that died on its way, of ids made before `madeBefore` (ms). */
  repair(madeBefore: number): Promise<void>;
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

export type ReceiptState = 'accepting' | 'accepted' | 'ended' | 'refused';
/** What is written into `receipts/<blob name>.json` about one version of an outbox blob. */
export interface Receipt {
  readonly etag: string; // of the blob's version
  /**
   * accepting: this version is about to be taken, or a crash came in between; accepted: its upload had not ended yet;
   * ended: the upload's outcome; refused: no upload was started.
   */
  readonly state: ReceiptState;
  readonly uploadId?: string;
  /** The upload resource, or a problem: what people read. */
  readonly body: Readonly<Record<string, unknown>>;
}
/** A receipt as it is found again: all but its body. */
export interface ReceiptRow extends Omit<Receipt, 'body'> {
  readonly receiptName: string;
  readonly writtenAt: number;
}
export interface OutboxBlob {
  readonly name: string;
  readonly etag: string;
  readonly receiptName: string;
}

/** The outbox and its receipts. Each throws where storage gives no answer. */
export interface Receipts {
  find(blobName: string): Promise<Versioned<ReceiptRow> | undefined>;
  /** Puts a receipt in the place of the one with this version, or where none is. Its own version; undefined where somebody was quicker. */
  write(blobName: string, receipt: Receipt, version: string | undefined): Promise<string | undefined>;
  /** False where it is gone or is another one by now. */
  remove(receipt: Versioned<ReceiptRow>): Promise<boolean>;
  list(): Promise<Versioned<ReceiptRow>[]>;
  listOutbox(): Promise<OutboxBlob[]>;
}

/** What a client put where its URL led: whole, or as blocks that nobody has committed yet. */
export type StagedContent =
  | { readonly kind: 'committed'; readonly etag: string; readonly sizeBytes: number }
  | { readonly kind: 'block'; readonly sizeBytes: number }
  | { readonly kind: 'missing' };
export interface StagedBlob {
  readonly name: string;
  readonly etag: string;
  readonly changedAt: number; // ms
  /** False: there are only blocks; nobody can have read it. */
  readonly committed: boolean;
}

/** Blobs that clients bring, all below `uploads/.staged/`; names are given without the container. Each throws where storage gives no answer. */
export interface StagedBlobs {
  /** A URL for one blob until then (ms), and nothing else: to create and write it as storage can, or for one plain PUT of a single block. A secret. */
  uploadUrl(name: string, use: 'anyWrite' | 'onePut', expiresAt: number): Promise<string>;
  find(name: string): Promise<StagedContent>;
  /** Makes the block of the one PUT the blob. Its version; undefined where there is a blob by now. */
  commit(name: string, contentType: string): Promise<BlobVersion | undefined>;
  put(name: string, bytes: Uint8Array, contentType: string): Promise<BlobVersion>;
  list(): Promise<StagedBlob[]>;
  /** False where it is gone or another one by now. */
  remove(blob: StagedBlob): Promise<boolean>;
}

/** Graph resources of attachments that have no file, as JSON, each under the id of its upload. Each throws where storage gives no answer, but `read`. */
export interface Resources {
  /** Once more is fine: the same id has the same resource. */
  put(uploadId: string, json: string): Promise<void>;
  read(uploadId: string): Promise<{ readonly kind: 'resource'; readonly json: string } | BlobFault>;
  remove(uploadId: string): Promise<void>;
  /** Ids of uploads whose resource was last written before that time (ms). */
  listBefore(writtenBefore: number): Promise<string[]>;
}

/** Small documents by key, each replaced only in the version that was read. */
export interface Documents<T> {
  /** Undefined where there is one already. */
  insert(key: string, value: T, at: number): Promise<Versioned<T> | undefined>;
  get(key: string): Promise<Versioned<T> | undefined>;
  /** False where it is gone or another one by now. */
  replace(key: string, value: T, version: string, at: number): Promise<boolean>;
  remove(key: string): Promise<void>;
  list(): Promise<T[]>;
  /** Removes those last written before that time (ms), at most `limit`; how many. */
  removeBefore(writtenBefore: number, limit: number): Promise<number>;
}

/** What the Nylas facade remembers. */
export interface NylasStore {
  readonly sessions: Documents<NylasSession>; // by id
  readonly calls: Documents<NylasCall>; // by grant and Idempotency-Key
  readonly drafts: Documents<NylasDraft>; // by grant and the draft's id
  readonly schedules: Documents<NylasSchedule>; // by id
  readonly openSends: Documents<NylasSchedule>; // by id: those that are no delivery yet
}

/** Durable orchestrations, as the HTTP functions and timers use them. */
export interface Instances {
  start(orchestrator: string, id: string, input: unknown): Promise<void>;
  raise(id: string, event: string, data: unknown): Promise<void>;
  /** Undefined where there is no such instance. */
  status(id: string): Promise<InstanceStatus | undefined>;
  purge(id: string): Promise<void>;
  /**
   * Tells an entity to `sweep`: to go if it has nothing to remember. What the platform keeps of one that went goes some time
   * after that, with another call. `later`: such a call is wanted, in an hour; `done`: none is.
   */
  sweepEntity(name: string, key: string, now: number): Promise<'done' | 'later'>;
}
export interface InstanceStatus {
  readonly runtimeStatus:
    'Pending' | 'Running' | 'Suspended' | 'Completed' | 'Failed' | 'Terminated' | 'Canceled' | 'ContinuedAsNew';
  readonly customStatus: unknown;
}

import type { BlobFault, BlobVersion } from '../blob';
import type { Choose, Claim, ClaimScope, Versioned } from '../job/ports';
import type { UploadRecord } from './record';

/** What uploads need of storage. */

/** Seals short secrets (upload URLs) for rest. `context` (the upload's id) is authenticated with it. */
export interface SecretBox {
  seal(secret: string, context: string): string;
  /** Undefined where no key opens it (rotated away, damaged, another context). */
  open(sealed: string, context: string): string | undefined;
}

export interface UploadFilter {
  readonly status?: string;
  readonly item?: string; // compared decoded: the canonical path
  readonly reference?: string;
  readonly requestedBy?: string; // object id of a person
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
  /**
   * The record as this process wrote it last, perhaps out of date by now: good for what never changes, and for a conditional
   * replace.
   */
  lately?(id: string): Versioned<UploadRecord> | undefined;
  /** Conditional replace; false where the version is no longer this one. Moves the index rows with the state. */
  replace(record: UploadRecord, version: string): Promise<boolean>;
  /** Newest first; `after` is the id of the last one of the page before. Ids only grow, so pages are stable. */
  list(filter: UploadFilter, limit: number, after: string | undefined): Promise<UploadRecord[]>;
  /** Those that have not ended, newest first; with `choose`, those of them that it takes: the others are not read. */
  listActive(choose?: Choose): Promise<UploadRecord[]>;
  /** Ended records that have left an upload session open. */
  listLeft(): Promise<UploadRecord[]>;
  /** Finished records that ended before `endedBefore` (ms), in any order, page by page: what was seen may be removed meanwhile. */
  listEnded(endedBefore: number): AsyncIterable<readonly UploadRecord[]>;
  remove(id: string): Promise<void>;
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
  /** Where what belongs to this id lies: a folder of this hub, which no other hub cleans up. */
  folderOf(id: string): string;
  /** A URL for one blob until then (ms), and nothing else: to create and write it as storage can, or for one plain PUT of a single block. A secret. */
  uploadUrl(name: string, use: 'anyWrite' | 'onePut', expiresAt: number): Promise<string>;
  find(name: string): Promise<StagedContent>;
  /** Makes the block of the one PUT the blob. Its version; undefined where there is a blob by now. */
  commit(name: string, contentType: string): Promise<BlobVersion | undefined>;
  put(name: string, bytes: Uint8Array, contentType: string): Promise<BlobVersion>;
  /** Those of this hub: another one knows which of its own are in use. */
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

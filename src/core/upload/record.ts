import type { ResourceKind } from './graphResource';
import type { BlobVersion } from '../blob';
import type { Problem } from '../errors';
import type { SealedSession } from '../wire/session';
import type { LiveStatus, TimelineEntry } from './resource';

export type UploadSource = 'http' | 'outbox' | 'delivery' | 'nylas';

/** The settings that an upload keeps for its whole life: what changes in the app settings later does not reach it. */
export interface UploadPolicy {
  readonly rangeSizeBytes: number;
  readonly smallAttachmentLimitBytes: number;
  readonly settleMs: number;
  readonly deadlineMs: number; // from createdAt on
}

/** The complete start input of an upload: whoever finds it not started can start it from this alone. */
export interface UploadRequest {
  readonly id: string;
  /** Null for the kinds that have no file: they are a `resource`. */
  readonly blob: BlobVersion | null;
  /** A Graph resource. Its JSON may be large: it lies aside, under this upload's id (ports.ts, `Resources`). */
  readonly resource?: { readonly kind: ResourceKind; readonly jsonBytes: number };
  readonly sizeBytes: number | null;
  /** As it was written; null while the delivery that it belongs to has not made its draft yet. */
  readonly item: string | null;
  readonly name: string;
  readonly contentType: string;
  readonly isInline: boolean;
  readonly contentId?: string;
  readonly reference: string | null;
  readonly source: UploadSource;
  readonly delivery?: string;
  readonly warnings: readonly Warning[];
  readonly createdAt: number;
  readonly policy: UploadPolicy;
}

export type WarningCode =
  | 'MayExceedMessageLimit'
  | 'NotVerified'
  | 'CancelledTooLate'
  | 'AttendeesNotUpdated'
  /** What could not be cleaned up after a success, such as an upload session. */
  | 'LeftBehind'
  /** New attachments of the same name with other bytes: perhaps a damaged copy of ours, perhaps somebody else's. */
  | 'LookalikeFound'
  /** It was attached, and its delivery took it back. */
  | 'RemovedAgain';
export interface Warning {
  readonly code: WarningCode;
  readonly detail: string;
}

/** What an upload ended with. */
export interface AttachedFile {
  readonly id: string | null;
  readonly location: string | null; // the attachment's Graph path, without version
  readonly sha256: string | null;
  readonly verified: boolean;
  readonly method: 'post' | 'session';
}
export interface UploadEnd {
  readonly status: 'succeeded' | 'failed' | 'cancelled';
  readonly attachment?: AttachedFile;
  readonly error?: Problem;
  readonly warnings: readonly Warning[];
  readonly timeline: readonly TimelineEntry[];
  readonly bytesSent: number;
  /** So many upload sessions are told as left open. */
  readonly sessionsLeft?: number;
  readonly endedAt: number;
}

/**
 * What is stored of an upload outside Durable. It holds no upload URL but sealed.
 * `claimedBy` is the execution of the orchestration that works on it: a second one finds it taken and ends.
 */
export interface UploadRecord {
  readonly id: string;
  readonly request: UploadRequest;
  readonly state: 'active' | 'succeeded' | 'failed' | 'cancelled';
  readonly claimedBy?: string;
  readonly cancelRequestedAt?: number;
  /** The open session, written by the activity that got it; `step` is the orchestrator's step that asked for it. */
  readonly session?: { readonly step: string; readonly sealedUrl: string; readonly expiresAt: number };
  /** Sessions of runs that came too late to be heard, and that could not be closed then: whoever cleans up closes them. */
  readonly unclosed?: readonly SealedSession[];
  /** The last step that sends, opens, looks or closes: it writes itself here first, and an earlier one is too late then. */
  readonly intents: readonly string[];
  /** Ids of the attachments of this name that were on the item before our first send; undefined: not looked yet. */
  readonly baseline?: readonly string[];
  readonly end?: UploadEnd;
  readonly updatedAt: number;
}

export type { LiveStatus };

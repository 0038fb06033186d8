import type { ResourceKind } from './graphResource';
import type { BlobVersion } from '../blob';
import type { Problem } from '../errors';
import type { JobRecord } from '../job/record';
import type { LastProblem, TimelineEntry, Warning } from '../job/story';
import type { SealedSession } from '../wire/session';

export type UploadSource = 'http' | 'outbox' | 'delivery' | 'nylas';

/** The settings that an upload keeps for its whole life: what changes in the app settings later does not reach it. */
export interface UploadPolicy {
  readonly rangeSizeBytes: number;
  /** Ranges that one activity sends; undefined in older records: 1. */
  readonly rangesPerActivity?: number;
  readonly smallAttachmentLimitBytes: number;
  readonly settleMs: number;
  readonly deadlineMs: number; // from createdAt on
}

/** The signed-in person who asked for something; programs with a key have no name. */
export interface Requester {
  readonly id: string; // object id in the directory
  readonly name?: string; // user principal name
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
  /** `required`: of a delivery that must not send what could not be compared. */
  readonly verify?: 'preferred' | 'required';
  readonly requestedBy?: Requester;
  /** Its end is told to an address that is kept elsewhere, because it may hold a secret. */
  readonly hasCallback?: true;
  /** The upload that this one repeats. */
  readonly retryOf?: string;
  readonly warnings: readonly Warning[];
  readonly createdAt: number;
  readonly policy: UploadPolicy;
}

/** What an upload ended with. */
export interface AttachedFile {
  /** As Graph lists it under `Prefer: IdType="ImmutableId"`; null where the service gives none. */
  readonly id: string | null;
  /** As the service keeps it; null where that was not seen. */
  readonly name?: string;
  readonly location: string | null; // the attachment's Graph path, without version
  readonly sha256: string | null;
  readonly verified: boolean;
  readonly method: 'post' | 'session';
}
export interface UploadEnd {
  readonly status: 'succeeded' | 'failed' | 'cancelled';
  readonly attachment?: AttachedFile;
  /** A second attachment of it may be on the item: the last search for one got no answer. */
  readonly mayHaveCopy?: true;
  readonly error?: Problem;
  readonly warnings: readonly Warning[];
  readonly timeline: readonly TimelineEntry[];
  readonly bytesSent: number;
  readonly endedAt: number;
  /** For support cases: the last answer that was no success, and Microsoft's id of the last request that had one. */
  readonly lastProblem?: LastProblem;
  readonly requestId?: string;
}

/** An end that does not name by its id what may be on the item: lists may show it later. */
export const hasUnlisted = ({ attachment, error, mayHaveCopy }: UploadEnd): boolean =>
  mayHaveCopy === true || (attachment === undefined ? error?.code === 'OutcomeUnknown' : attachment.id === null);

/** A session that may be open, and the step that opened it (epoch/number). */
export interface KnownSession extends SealedSession {
  readonly openedBy?: string;
}

/** What must never be forgotten of an upload. Its form never changes: every version can go on from it alone. */
export interface Facts {
  /** Hashes of the ids of all attachments that were on the item before the first commit; undefined: not looked yet. */
  readonly before?: readonly string[];
  /** In records of version 0.1 `before` holds only those of the upload's own name. */
  readonly beforeOfName?: true;
  /** Commits that were begun: each may have attached. */
  readonly commits: number;
  readonly lastCommitAt?: number;
  /** Sessions that may be open. Expired ones are dropped at every write. */
  readonly sessions: readonly KnownSession[];
}

/** Keys for pacing and for order on one item, found out once: a mailbox has several names, an item several paths. */
export interface UploadKeys {
  readonly mailbox: string;
  readonly item: string;
  /** The item's immutable id, where its path may have had another one. */
  readonly itemId?: string;
}

/** What is stored of an upload outside Durable. It holds no upload URL but sealed. */
export interface UploadRecord extends JobRecord<UploadRequest, Facts, UploadEnd> {
  readonly state: 'active' | UploadEnd['status'];
  readonly keys?: UploadKeys;
  /** When its attachment was taken off the item by a request to this app. */
  readonly removedAt?: number;
  /** Object ids of people whose own request this upload answered: they may see it, too. */
  readonly alsoAskedBy?: readonly string[];
  /** The reasons of waiting that the log has told: each once. */
  readonly waitedFor?: readonly string[];
}

/** Sessions that are still worth closing. */
export const openSessions = ({ sessions }: Facts, now: number): readonly KnownSession[] =>
  sessions.filter(({ expiresAt }) => expiresAt > now);

/** A record keeps so many open sessions; a service that loses more of them is in trouble that closing does not mend. */
const mostSessions = 100;

/** The facts with another session that may be open. */
export const withSession = (facts: Facts, session: KnownSession, now: number): Facts => ({
  ...facts,
  sessions: [...openSessions(facts, now), session].slice(-mostSessions),
});

/** The facts without these sessions, and without expired ones. */
export const withoutSessions = (facts: Facts, closed: ReadonlySet<string>, now: number): Facts => ({
  ...facts,
  sessions: openSessions(facts, now).filter(({ sealedUrl }) => !closed.has(sealedUrl)),
});

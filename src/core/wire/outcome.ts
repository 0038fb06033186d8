import type { ByteRange } from '../byteRange';
import type { Problem } from '../errors';
import type { SealedSession } from './session';

/** SHA-256 (hex) of one range as it was read from the blob. */
export interface RangeDigest extends ByteRange {
  readonly sha256: string;
}

/** What one step came to. Everything that the service, storage or the platform can show is one of these: nothing is thrown. */
export type Outcome = {
  readonly requestId?: string; // Microsoft's, for support
  /** What was sent: with it the attachment can be told by its bytes when the blob is gone. */
  readonly digest?: RangeDigest;
} & (
  | { readonly kind: 'admitted'; readonly grantedBytes: number }
  | { readonly kind: 'queued'; readonly until?: number } // no place, or no bytes, in the mailbox's budget yet
  | { readonly kind: 'noted' } // done, and nothing to learn from it
  | { readonly kind: 'baseline' } // the ids of attachments of that name are on the record
  | { readonly kind: 'opened'; readonly session: SealedSession; readonly missing?: readonly ByteRange[] }
  | { readonly kind: 'unclosed'; readonly session: SealedSession } // opened, neither written down nor closed
  | { readonly kind: 'accepted'; readonly missing?: readonly ByteRange[]; readonly tookMs?: number }
  | { readonly kind: 'expects'; readonly missing: readonly ByteRange[] } // the session's status
  | { readonly kind: 'noStatus' } // the service answers no status for sessions
  | { readonly kind: 'completed'; readonly attachmentId?: string } // it is attached
  | { readonly kind: 'replied' } // 202: taken, and the service gives no id
  | { readonly kind: 'found'; readonly attachmentId: string; readonly sha256: string | null }
  /** We looked: it is not on the item. Lookalikes are new, have our name and other bytes. */
  | { readonly kind: 'absent'; readonly lookalikes?: readonly string[] }
  /** Further copies of ours. */
  | { readonly kind: 'surplus'; readonly attachmentIds: readonly string[]; readonly lookalikes?: readonly string[] }
  | { readonly kind: 'verified'; readonly sha256: string }
  | { readonly kind: 'mismatch' } // other bytes than the blob's
  /** The session is gone; `isLeft`: for us alone, since no key opens its seal any more and nobody can close it. */
  | { readonly kind: 'cancelled'; readonly isLeft?: true }
  | { readonly kind: 'removed' }
  | { readonly kind: 'throttled'; readonly retryAfterMs?: number }
  | { readonly kind: 'uncertain'; readonly retryAfterMs?: number } // reset, time-out, 5xx: it may have happened
  | { readonly kind: 'notSent' } // it surely did not happen (no token, no name): again later
  | { readonly kind: 'incident' } // 401 on a URL that needs no token
  | { readonly kind: 'lost' } // the session is unknown, ended or expired
  | { readonly kind: 'misplaced' } // not the range that the service expects
  | { readonly kind: 'wrongWay' } // too small for a session, or too large for a POST
  | { readonly kind: 'notFound' } // no such item, or not seen everywhere yet
  | { readonly kind: 'refused'; readonly problem: Problem } // no, and no again
  | { readonly kind: 'storage' } // blob storage out of reach
  | { readonly kind: 'sourceGone'; readonly problem: Problem } // the pinned version is no more
  | { readonly kind: 'notReady' } // the app's settings are wrong
  | { readonly kind: 'crashed' } // the activity died or threw, through all its retries
  | { readonly kind: 'cancelRequested' } // the user's word
);

/** One kind of outcome. */
export type Said<K extends Outcome['kind']> = Extract<Outcome, { kind: K }>;

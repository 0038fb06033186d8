import { ByteRange, missingBytes } from '../../byteRange';
import type { RangeDigest } from './outcome';
import type { Problem } from '../../errors';
import type { UploadEnd, UploadPolicy, Warning } from '../record';
import type { SealedSession } from '../../wire/session';
import { timelineLimit, TimelineEntry, TimelineEvent, WaitingFor } from '../resource';

/** post: one request holds all. session: ranges. reply: a post in a group thread carries it, and no id comes back. */
export type Way = 'post' | 'session' | 'reply';

/** What is fixed for the whole life of an upload. */
export interface Plan {
  readonly id: string;
  readonly way: Way;
  /** The other way, where the item and the size leave one: taken once if the service disagrees about the border. */
  readonly otherWay?: Way;
  readonly totalBytes: number;
  /** False where nothing can be read back and compared: kinds without a file, replies. */
  readonly verifiable: boolean;
  /** Bytes of the one POST: what the mailbox's budget is charged with. */
  readonly postBytes: number;
  readonly deadlineAt: number;
  readonly policy: UploadPolicy;
  readonly warnings: readonly Warning[];
}

/** What we do next. `no` counts the steps of an upload; the step begins at `notBefore` (ms), not earlier. */
export type Step = { readonly no: number; readonly notBefore: number } &
  /** Asks for a place and bytes in the mailbox's budget; what was granted before and not sent is given back. */
  (
    | {
        readonly do: 'requestAdmission';
        readonly wantBytes: number; // 0: only the place
        readonly leastBytes: number;
        readonly unusedBytes: number;
      }
    | { readonly do: 'reportThrottle'; readonly until: number }
    | { readonly do: 'lookBefore' }
    | { readonly do: 'postAttachment' }
    | { readonly do: 'createUploadSession' }
    | {
        readonly do: 'uploadRange';
        readonly session: SealedSession;
        readonly range: ByteRange;
        readonly ahead?: ByteRange; // what will be wanted next
        readonly isLast: boolean; // with it nothing is missing any more
      }
    | { readonly do: 'queryUploadSession'; readonly session: SealedSession }
    | { readonly do: 'cancelUploadSession'; readonly session?: SealedSession }
    | { readonly do: 'findAttachment'; readonly digests: readonly RangeDigest[] }
    | { readonly do: 'verifyAttachment'; readonly attachmentId: string; readonly digests: readonly RangeDigest[] }
    | {
        readonly do: 'findSurplus';
        /** The one that stays, if one does. */
        readonly attachmentId?: string;
        readonly most: number;
        readonly digests: readonly RangeDigest[];
      }
    | { readonly do: 'removeAttachment'; readonly attachmentId: string }
    /** Waits for long: its place is free, its name stays taken. */
    | { readonly do: 'restInMailbox'; readonly unusedBytes: number }
    | { readonly do: 'leaveMailbox'; readonly unusedBytes: number }
    | { readonly do: 'end'; readonly end: UploadEnd }
  );

/** The steps that concern the mailbox's pacer alone. */
export type PacerStep = Extract<Step, { do: 'requestAdmission' | 'reportThrottle' | 'restInMailbox' | 'leaveMailbox' }>;

/** A step without its number and time. */
export type BareStep = Step extends infer S ? (S extends Step ? Omit<S, 'no' | 'notBefore'> : never) : never;

/** All that is known of an upload under way. Only `decide` makes a new one. */
export interface Progress {
  readonly plan: Plan;
  readonly way: Way;
  /** undo: nothing more is sent; what is ours is taken back, then it ends for this reason. */
  readonly undoing?: 'cancelled' | Problem;
  readonly asked?: Step;
  readonly stepNo: number;
  readonly resumeAt: number; // nothing is sent before
  readonly waitingFor?: WaitingFor;

  /** In the mailbox. rests: none, but its name is kept. unknown: a recovery's; whether its name is still kept, too. */
  readonly place: 'none' | 'asked' | 'held' | 'rests' | 'unknown';
  readonly placeSeenAt: number; // when it last spoke of it
  readonly refusals: number; // of its mailbox, in a row
  readonly grantedBytes: number;
  readonly throttledUntil?: number; // the mailbox's pacer has yet to hear of it

  readonly lookedBefore: boolean;
  readonly session?: SealedSession;
  /** The session is of no more use: it is DELETEd before anything else is opened. */
  readonly sessionIsStale: boolean;
  /** A createUploadSession died on the way: the record may hold a session that we do not. */
  readonly mayHaveOpened: boolean;
  readonly missing: readonly ByteRange[];
  readonly fewestMissingBytes: number;
  readonly digests: readonly RangeDigest[];
  readonly querying: boolean;
  readonly noStatus: boolean; // the service answers no status for sessions
  readonly assumedTaken: boolean; // a range was taken for accepted after a 416
  readonly rangeMs: number; // what the slowest range took

  /** Since when (ms) it is open whether a send was committed: we look until it is settled. */
  readonly unclearSince?: number;
  /** Sends of which it is open whether they attached: each may have left a copy. A session attaches once at most. */
  readonly unclearSends: number;
  readonly unclearAt: number; // when the last of them ended
  readonly sessionIsUnclear: boolean; // this session is one of them
  /** New attachments of our name with other bytes: perhaps a damaged copy of ours, perhaps a stranger's. They stay, and are told. */
  readonly lookalikes: readonly string[];
  readonly attached?: { readonly id: string | null; readonly at: number };
  readonly sha256?: string; // as read back and compared
  readonly verificationOver: boolean;
  readonly surplus: readonly string[];
  readonly surplusLooked: boolean;
  readonly removing?: string; // an attachment with wrong bytes
  readonly wrongBytes: number;
  readonly removalFailed: boolean; // cancelled, and what was attached could not be taken back

  readonly attempts: number; // in a row, without progress
  readonly notFounds: number;
  readonly withoutProgress: number;
  readonly lostSessions: number;
  readonly expiredSessions: number;
  readonly incidents: number;
  readonly resends: number; // after an unclear end
  readonly crashes: number;
  readonly verifications: number;
  readonly cleanups: number;

  readonly requestId?: string; // Microsoft's, of the last reply
  readonly warnings: readonly Warning[];
  readonly timeline: readonly TimelineEntry[];
  readonly leftBehind: readonly string[];
  /** Upload sessions that could not be closed, and when the last of them expires (ms). */
  readonly sessionsLeft: number;
  readonly sessionsLeftUntil: number;
}

export function bytesSent(progress: Progress): number {
  if (progress.attached) return progress.plan.totalBytes;
  return progress.session && !progress.sessionIsStale ? progress.plan.totalBytes - missingBytes(progress.missing) : 0;
}

/** The range under way is the one that completes the file: its end may attach it. */
export function onLastRange(progress: Progress): boolean {
  const { asked, missing } = progress;
  return asked?.do === 'uploadRange' && missingBytes(missing) <= asked.range.end - asked.range.start + 1;
}

/** Appends to the timeline; the same event twice in a row is one, with its last detail. */
export function noting(progress: Progress, now: number, event: TimelineEvent, detail?: string): Progress {
  const entry: TimelineEntry = detail === undefined ? { at: now, event } : { at: now, event, detail };
  const before = progress.timeline.at(-1)?.event === event ? progress.timeline.slice(0, -1) : progress.timeline;
  return { ...progress, timeline: [...before, entry].slice(-timelineLimit) };
}

export const isOver = (progress: Progress, now: number): boolean => now >= progress.plan.deadlineAt;

import type { UploadOver } from './deliveryOutcome';
import type { DeliveryEnd } from '../record';
import type { DeliveryEvent, DeliveryTimelineEntry } from '../resource';
import type { Problem } from '../../errors';
import { timelineLimit } from '../../job/story';
import type { WaitingFor } from '../../upload/resource';

/** What is fixed for the whole life of a delivery. */
export interface DeliveryPlan {
  readonly id: string;
  /** Null: the delivery makes a draft first. */
  readonly item: string | null;
  readonly uploads: readonly string[];
  readonly send: boolean;
  readonly keepOnFailure: boolean;
  readonly settleMs: number;
  readonly deadlineAt: number;
}

/** What we do next; it begins at `notBefore` (ms), not earlier. */
export type DeliveryStep = { readonly no: number; readonly notBefore: number } & (
  | { readonly do: 'createDraft' }
  | { readonly do: 'findDraft' }
  | { readonly do: 'attach'; readonly uploadId: string }
  | { readonly do: 'checkUpload'; readonly uploadId: string }
  | { readonly do: 'markDraft' }
  | { readonly do: 'sendMessage' }
  | { readonly do: 'findSent' }
  | { readonly do: 'settleUploads' }
  | { readonly do: 'takeBack'; readonly uploadId: string }
  | { readonly do: 'deleteDraft' }
  | { readonly do: 'deleteSurplusDrafts'; readonly keepsOurs: boolean }
  | { readonly do: 'end'; readonly end: DeliveryEnd }
);

/** All that is known of a delivery under way. Only `decideDelivery` makes a new one. */
export interface DeliveryProgress {
  readonly plan: DeliveryPlan;
  /** Nothing is sent any more; what is ours is taken back, then it ends for this reason. */
  readonly undoing?: 'cancelled' | Problem;
  readonly asked?: DeliveryStep;
  readonly stepNo: number;
  readonly resumeAt: number; // nothing is done before
  readonly waitingFor?: WaitingFor;

  readonly item: string | null;
  /** Since when (ms) it is open whether a draft was made. */
  readonly createUnclearSince?: number;
  /** Drafts that may be there besides the one that we know. */
  readonly unclearCreates: number;
  readonly lastCreateAt: number;
  readonly surplusLooked: boolean;

  readonly over: readonly UploadOver[];
  readonly polling: boolean; // the upload's orchestration is gone, its record is not final
  readonly settled: boolean; // on the way back: none of the uploads is under way any more

  readonly marked: boolean;
  /** Since when (ms) it is open whether the message was sent. */
  readonly sendUnclearSince?: number;
  readonly sendUnknown: boolean; // for good
  readonly sentAt?: number;

  readonly takenBack: readonly string[];
  readonly draftGone: boolean;

  readonly attempts: number; // in a row
  readonly notFounds: number;
  readonly crashes: number;
  readonly cleanups: number;
  readonly requestId?: string; // Microsoft's, of the last reply
  readonly timeline: readonly DeliveryTimelineEntry[];
  readonly leftBehind: readonly string[];
}

/** Steps that take back what is ours. */
export const isCleanup = (step: DeliveryStep | undefined): boolean =>
  step?.do === 'takeBack' || step?.do === 'deleteDraft' || step?.do === 'deleteSurplusDrafts';

/** Steps that look whether something that cannot be repeated has happened. */
export const isLook = (step: DeliveryStep | undefined): boolean => step?.do === 'findDraft' || step?.do === 'findSent';

/** Whether the draft was made by this delivery: then it is deleted with it. */
export const makesDraft = ({ plan }: DeliveryProgress): boolean => plan.item === null;

/** Whether what was attached is taken back: always after a cancel, after a failure unless the caller wants it kept. */
export const takesBack = ({ undoing, plan, sendUnknown }: DeliveryProgress): boolean =>
  undoing !== undefined && !sendUnknown && (undoing === 'cancelled' || !plan.keepOnFailure);

/** The send was begun and not surely refused: nothing can cancel it. */
export const sendBegan = ({ sentAt, sendUnclearSince, sendUnknown }: DeliveryProgress): boolean =>
  sentAt !== undefined || sendUnclearSince !== undefined || sendUnknown;

/** Appends to the timeline; the same event twice in a row is one, with its last detail. */
export function notingDelivery(
  progress: DeliveryProgress,
  now: number,
  event: DeliveryEvent,
  detail?: string,
): DeliveryProgress {
  const entry: DeliveryTimelineEntry = detail === undefined ? { at: now, event } : { at: now, event, detail };
  const before = progress.timeline.at(-1)?.event === event ? progress.timeline.slice(0, -1) : progress.timeline;
  return { ...progress, timeline: [...before, entry].slice(-timelineLimit) };
}

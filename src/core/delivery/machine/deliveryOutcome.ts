import type { Problem } from '../../errors';

/** An upload of the delivery that has ended. */
export interface UploadOver {
  readonly id: string;
  readonly name: string;
  readonly status: 'succeeded' | 'failed' | 'cancelled';
  /** none: it is not on the item. removable: it has an id to be removed by. fixed: it cannot be taken back (a reply). */
  readonly attached: 'none' | 'removable' | 'fixed';
  /** Read back and compared, or of a kind that has no file to compare. */
  readonly verified: boolean;
  readonly problem?: Problem;
}

/** What one step of a delivery came to. As with uploads nothing is thrown that the service or the platform can show. */
export type DeliveryOutcome = { readonly requestId?: string } & (
  | { readonly kind: 'drafted'; readonly item: string } // made, or found by its mark
  | { readonly kind: 'absent' } // we looked: no draft with our mark, or nothing of ours in Sent yet
  | { readonly kind: 'uploadOver'; readonly upload: UploadOver }
  | { readonly kind: 'uploadActive' } // it still runs, or is being recovered
  | { readonly kind: 'uploadsOver'; readonly uploads: readonly UploadOver[] }
  | { readonly kind: 'marked' }
  | { readonly kind: 'sent'; readonly at: number }
  | { readonly kind: 'sendBegan' } // a run that was given up may have sent it after all
  | { readonly kind: 'removed' } // an attachment, or the draft, is gone
  | { readonly kind: 'surplusGone'; readonly leftBehind: readonly string[] } // further drafts of ours
  | { readonly kind: 'throttled'; readonly retryAfterMs?: number } // it surely did not happen
  | { readonly kind: 'notSent' } // likewise: no token, no name
  | { readonly kind: 'uncertain'; readonly retryAfterMs?: number } // reset, time-out, 5xx: it may have happened
  | { readonly kind: 'notFound' } // no such item, or not seen everywhere yet
  | { readonly kind: 'refused'; readonly problem: Problem }
  | { readonly kind: 'notReady' } // the app's settings are wrong
  | { readonly kind: 'crashed' } // the activity died or threw
  | { readonly kind: 'cancelRequested' } // the user's word
);

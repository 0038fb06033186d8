/**
 * Pacing of one mailbox: who may send how much when. The service allows an app 4 requests at once and 150 MB in
 * 5 minutes per mailbox (facts/outlook.md section 4).
 * `now` is everywhere the caller's own time, in ms: between two callers it may go back a little.
 */
export interface BudgetLimits {
  readonly concurrency: number;
  readonly bytesPerWindow: number;
}

export interface PlaceRequest {
  readonly uploadId: string;
  /** Counts the upload's requests: the same one again gets the same answer and is charged once. */
  readonly askNo: number;
  /** Uploads with one key (an item and a name) run one after the other: then what is found on the item is ours. */
  readonly nameKey: string;
  /** Bytes that the upload still has to send; 0: only the place is wanted. */
  readonly wantBytes: number;
  /** Less than this is of no use to it: one range, or the whole POST. */
  readonly leastBytes: number;
  /** What was granted before and not sent: it is given back. */
  readonly unusedBytes: number;
  /** Below the border of the single POST: it is not held up by large files, neither by their places nor by their bytes. */
  readonly isSmall: boolean;
}

export interface Place {
  readonly uploadId: string;
  readonly nameKey: string;
  readonly isSmall: boolean;
  readonly leaseUntil: number;
  /** It was refused bytes, or is small and waits: so many are kept for it before others get more. */
  readonly hunger?: { readonly bytes: number; readonly until: number };
}

/** Bytes that count against the window until `until`; open while their upload may still be sending them. */
export interface Booking {
  readonly uploadId: string;
  /** Which request they were granted to. */
  readonly askNo: number;
  readonly bytes: number;
  readonly isSmall: boolean;
  readonly until: number;
  readonly isOpen: boolean;
}

/** Who waits for long: it takes no place, only its name stays taken, and what it did not send is given back. */
export type RestRequest = Pick<PlaceRequest, 'uploadId' | 'nameKey' | 'isSmall' | 'unusedBytes'>;

export interface MailboxState {
  readonly active: readonly Place[];
  readonly waiting: readonly Place[];
  /** Those that rest, also while they queue again; none in a state that an older version wrote. */
  readonly resting?: readonly Place[];
  readonly bookings: readonly Booking[];
  readonly blockedUntil: number;
}

export const emptyMailbox: MailboxState = { active: [], waiting: [], bookings: [], blockedUntil: 0 };

/**
 * Pacing of one mailbox. The service lets an app have 4 requests at once and send 150 MB in 5 minutes per mailbox
 * (docs/outlook-facts.md#mailbox-limits). An upload
 * acquires a permit before it talks to the mailbox, sends at most the bytes that came with it, and releases it when it waits.
 * An upload's id sorts by the time of its acceptance, so the id is its rank: who gives its permit back loses no rank.
 * `now` is the caller's clock in ms; between two callers it may step back a little.
 */
export interface Mailbox {
  /** Permits: their holders may have one request under way each. */
  readonly permits: readonly Permit[];
  /** Best rank first. */
  readonly waiting: readonly Waiter[];
  /** Bytes that were sent and still count, oldest first. */
  readonly sent: readonly Sent[];
  /** Items on which somebody commits (the POST, or the last range): one upload at a time. */
  readonly locks: readonly Lock[];
  /** After a 429 nobody sends before this. */
  readonly blockedUntil: number;
  /** Until when the waiters that are not remembered have been told to come back: one after the other. */
  readonly turns: { readonly small: number; readonly large: number };
}
export interface Limits {
  readonly concurrency: number;
  readonly bytesPerWindow: number;
}
export interface Ask {
  readonly id: string;
  /** Counts the asks of one upload: the same one again gets the same answer and is charged once. */
  readonly no: number;
  readonly isSmall: boolean;
  /** Still to be sent; 0: a permit to look, or to read back. */
  readonly wantBytes: number;
  /** Less than this is of no use: one range, or the whole POST. */
  readonly leastBytes: number;
  /** Granted before and not sent. */
  readonly unusedBytes: number;
  /** Wanted before a commit, and kept as long as it is named in each call. */
  readonly lock?: Lock;
}
export interface Lock {
  readonly id: string;
  readonly item: string;
  readonly until: number;
}
export interface Permit extends Pick<Ask, 'id' | 'no' | 'isSmall'> {
  readonly bytes: number;
  readonly until: number;
}
export interface Waiter extends Pick<Ask, 'id' | 'isSmall' | 'wantBytes' | 'leastBytes' | 'lock'> {
  readonly until: number;
  /** It was woken, and is expected to ask. */
  readonly wokenUntil?: number;
}
export interface Sent {
  readonly bytes: number;
  readonly isSmall: boolean;
  readonly until: number;
}

export const emptyMailbox: Mailbox = {
  permits: [],
  waiting: [],
  sent: [],
  locks: [],
  blockedUntil: 0,
  turns: { small: 0, large: 0 },
};

/** An item on which another upload commits. */
export const isLocked = ({ locks }: Mailbox, { id, lock }: Pick<Waiter, 'id' | 'lock'>): boolean =>
  lock !== undefined && locks.some((one) => one.item === lock.item && one.id !== id);

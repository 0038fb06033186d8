import type { Problem } from '../errors';
import type { JobRecord } from '../job/record';
import type { TimelineEntry, Warning, Why } from '../job/story';
import type { Requester, UploadRequest, UploadSource } from '../upload/record';

export type DeliverySource = Extract<UploadSource, 'delivery' | 'nylas'>;

/** Where the files go: an item that is there, or a draft that the delivery makes. All as they were written. */
export type DeliveryTarget =
  | { readonly kind: 'item'; readonly item: string }
  | { readonly kind: 'newDraft'; readonly mailbox: string }
  /** A draft that answers this message. */
  | { readonly kind: 'reply'; readonly to: string; readonly all: boolean }
  /** A draft that passes this message on. */
  | { readonly kind: 'forward'; readonly of: string };

/** What was asked for, but for the parts that may be large: they are a `DeliveryInput`. */
export interface DeliveryRequest {
  readonly id: string;
  readonly target: DeliveryTarget;
  readonly uploads: readonly string[]; // their ids, in order
  readonly send: boolean;
  /** The event is updated once, so that its attendees get the files. */
  readonly notifyAttendees?: boolean;
  /** `required`: nothing counts that could not be read back and compared. */
  readonly verify?: 'preferred' | 'required';
  readonly onFailure: 'remove' | 'keep';
  readonly reference: string | null;
  readonly source: DeliverySource;
  readonly requestedBy?: Requester;
  /** Its end is told to an address that is kept elsewhere, because it may hold a secret. */
  readonly hasCallback?: true;
  readonly warnings: readonly Warning[];
  readonly createdAt: number;
  readonly policy: { readonly settleMs: number; readonly deadlineMs: number };
}

/** The rest of the start input, stored beside the record before it: whoever finds a record finds this too. */
export interface DeliveryInput {
  /** What is posted to make the draft, without our mark: the message, or the body of a reply or forward. Null: the item is there. */
  readonly message: Readonly<Record<string, unknown>> | null;
  readonly uploads: readonly UploadRequest[];
}

export interface DeliveryEnd {
  readonly status: 'succeeded' | 'failed' | 'cancelled';
  /** Where the files are; null where there is no draft, or it was deleted again. */
  readonly item: string | null;
  /** Null: it is unknown whether it was sent. Of an event: whether its attendees were notified. */
  readonly sent: boolean | null;
  readonly sentAt?: number;
  readonly error?: Problem;
  readonly warnings?: readonly Warning[]; // beside those of the request
  readonly timeline: readonly TimelineEntry[];
  readonly endedAt: number;
}

/** What must never be forgotten of a delivery. Its form never changes: every version can go on from it alone. */
export interface Facts {
  /** Requests that make a draft were begun: each may have made one. */
  readonly createsBegun: number;
  readonly lastCreateAt?: number;
  readonly draft?: Draft;
  /** The mailbox takes no further named property: the message carries no mark. */
  readonly takesNoMark?: boolean;
  /** By which the message is found in Sent Items where it carries no mark. */
  readonly internetMessageId?: string;
  /** Whether the message was a draft when the delivery first looked at it, before it did anything. */
  readonly wasDraft?: boolean;
  /** Sends, or updates of the event, that were begun: each may have been done. */
  readonly sendsBegun: number;
  readonly firstSendAt?: number;
  /** The invocation whose send has no answer yet: the request may still be on its way, so that it is never repeated. */
  readonly openSend?: string;
  readonly sentAt?: number;
  /** It is being taken back, for this reason: nothing is attached or sent any more. */
  readonly closed?: Why;
}
/** The draft that the delivery made. */
export interface Draft {
  readonly id: string;
  readonly item: string;
  readonly isMarked: boolean;
}

/** What is stored of a delivery outside Durable: the arbiter of who works on it and of the one send, and the last word. */
export interface DeliveryRecord extends JobRecord<DeliveryRequest, Facts, DeliveryEnd> {
  readonly state: 'active' | DeliveryEnd['status'];
}

import type { DeliveryTimelineEntry } from './resource';
import type { Problem } from '../errors';
import type { Warning } from '../job/story';
import type { UploadRequest, UploadSource } from '../upload/record';

export type DeliverySource = Extract<UploadSource, 'delivery' | 'nylas'>;

/** Where the files go: an item that is there, or a draft that the delivery makes. Both as they were written. */
export type DeliveryTarget =
  { readonly kind: 'item'; readonly item: string } | { readonly kind: 'newDraft'; readonly mailbox: string };

/** What was asked for, but for the parts that may be large: they are a `DeliveryInput`. */
export interface DeliveryRequest {
  readonly id: string;
  readonly target: DeliveryTarget;
  readonly uploads: readonly string[]; // their ids, in order
  readonly send: boolean;
  readonly onFailure: 'remove' | 'keep';
  readonly reference: string | null;
  readonly source: DeliverySource;
  readonly warnings: readonly Warning[];
  readonly createdAt: number;
  readonly policy: { readonly settleMs: number; readonly deadlineMs: number };
}

/** The rest of the start input, stored beside the record before it: whoever finds a record finds this too. */
export interface DeliveryInput {
  /** The new draft as Graph takes it, without our mark; null where the item is there. */
  readonly message: Readonly<Record<string, unknown>> | null;
  readonly uploads: readonly UploadRequest[];
}

export interface DeliveryEnd {
  readonly status: 'succeeded' | 'failed' | 'cancelled';
  /** Where the files are; null where there is no draft, or it was deleted again. */
  readonly item: string | null;
  /** Null: it is unknown whether it was sent. */
  readonly sent: boolean | null;
  readonly sentAt?: number;
  readonly error?: Problem;
  readonly timeline: readonly DeliveryTimelineEntry[];
  readonly endedAt: number;
}

/** What is stored of a delivery outside Durable: the arbiter of who works on it and of the one send, and the last word. */
export interface DeliveryRecord {
  readonly id: string;
  readonly request: DeliveryRequest;
  readonly state: 'active' | DeliveryEnd['status'];
  /** The execution of the orchestration that works on it; a second one finds it taken and ends. */
  readonly claimedBy?: string;
  readonly cancelRequestedAt?: number;
  /** A step that makes the draft was begun: a draft may be there that nobody told us of. */
  readonly creating?: { readonly execution: string; readonly step: number };
  /** The draft that this delivery made. */
  readonly draft?: { readonly id: string; readonly item: string };
  /** The one step that may send was begun. From here on nothing cancels it; taken away by a refusal that is sure. */
  readonly sending?: { readonly step: string; readonly at: number; readonly sentAt?: number };
  /** It is being taken back: a run that slept through that makes no draft and sends nothing any more. */
  readonly closed?: true;
  readonly end?: DeliveryEnd;
  readonly updatedAt: number;
}

/** What the API answers, as far as the page reads it. Fields that an older app does not send are optional. */
export type Status = 'queued' | 'running' | 'waiting' | 'cancelling' | 'succeeded' | 'failed' | 'cancelled';
export type WaitingFor = 'mailbox' | 'throttled' | 'retry' | 'incident' | 'storage';

/** RFC 9457 problem details with this app's members. */
export interface Problem {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly type?: string;
  readonly title?: string;
  readonly retryable?: boolean;
  readonly requestId?: string;
  readonly serviceRequestId?: string;
  readonly leftBehind?: readonly string[];
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

/** The last answer of the service that made an upload wait. */
export interface LastProblem {
  /** such as `createSession` */
  readonly what?: string;
  readonly status?: number;
  readonly code?: string;
  /** where no answer came: `reset`, `timeout` and the like */
  readonly fault?: string;
  readonly attempts?: number;
  readonly at?: string;
  readonly serviceRequestId?: string;
  readonly clientRequestId?: string;
}

/** How the app's telling of the end stands. */
export interface Callback {
  readonly status: 'pending' | 'delivered' | 'failed';
  readonly attempts: number;
  readonly lastStatus: number | null;
  readonly nextAttemptAt: string | null;
}

export interface Warning {
  readonly code: string;
  readonly detail?: string;
}

export interface TimelineEntry {
  readonly at: string;
  readonly event: string;
  readonly detail?: string;
}

/** What uploads and deliveries have in common. */
export interface Resource {
  readonly id: string;
  readonly status: Status;
  readonly waitingFor?: WaitingFor;
  readonly waitingUntil?: string | null;
  readonly lastProblem?: LastProblem | null;
  readonly item: string | null;
  readonly reference: string | null;
  readonly source: string;
  readonly progress: { readonly bytesSent: number; readonly bytesTotal: number; readonly percent: number };
  readonly warnings: readonly Warning[];
  readonly error?: Problem;
  readonly callback?: Callback;
  readonly timeline?: readonly TimelineEntry[];
  readonly requestedBy?: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly retryOf?: string;
}

export interface Upload extends Resource {
  readonly item: string;
  readonly name: string;
  readonly blob: string | null;
  readonly size: number | null;
  readonly contentType: string;
  readonly isInline: boolean;
  readonly contentId?: string;
  readonly delivery?: string;
  readonly removedAt?: string;
  readonly attachment?: {
    readonly id: string | null;
    readonly name?: string;
    readonly sha256: string | null;
    readonly verified: boolean;
    readonly method: string;
  } | null;
}

export interface Delivery extends Resource {
  readonly mailbox?: string;
  readonly uploads: readonly Upload[];
  readonly send: boolean;
  readonly sent: boolean | null;
  readonly sentAt?: string;
}

/** One draft or event of GET …/items. */
export interface MailboxItem {
  readonly item: string;
  readonly kind: string;
  readonly subject: string | null;
  readonly when: string | null;
  readonly people: unknown;
  readonly hasAttachments: boolean;
}

export interface Page<T> {
  readonly value: readonly T[];
  readonly nextLink?: string;
}

/** POST …/files: where the bytes may go. The URL is a secret. */
export interface Place {
  readonly blob: string;
  readonly uploadUrl: string;
  readonly expiresAt: string;
  readonly blockSize: number;
}

export const isFinal = ({ status }: { readonly status: Status }): boolean =>
  status === 'succeeded' || status === 'failed' || status === 'cancelled';

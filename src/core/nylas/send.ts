import type { DeliveryRecord } from '../delivery/record';
import { faultOf, faultOfEnd, NylasFault } from './error';

/** A call of messages/send that came with an Idempotency-Key: kept an hour, with what it was answered. */
export interface NylasCall {
  readonly id: string; // the delivery's own idempotency key: a call that is repeated after a crash goes on with it
  readonly fingerprint: string; // of the parsed body
  readonly at: number;
  /** Undefined: it is being answered, or its function died. */
  readonly answer?: { readonly status: number; readonly delivery?: string; readonly fault?: NylasFault };
}

export const callKeptMs = 60 * 60 * 1000;
/** A call is answered within the wait and a little more; one that is open for longer has died. */
export const callDiesAfterMs = 100_000;

export type CallMeets =
  | { readonly kind: 'replay' }
  | { readonly kind: 'goOn' }
  | { readonly kind: 'fresh' }
  | { readonly kind: 'fault'; readonly fault: NylasFault };

/** What a call with this key and body is to one that came before. */
export function meeting(earlier: NylasCall, fingerprint: string, now: number): CallMeets {
  if (now - earlier.at > callKeptMs) return { kind: 'fresh' };
  if (earlier.fingerprint !== fingerprint) {
    const message = 'This Idempotency-Key was used with another payload within the last hour: use a new one.';
    return { kind: 'fault', fault: { status: 409, type: 'api.invalid_idempotent_request', message } };
  }
  if (earlier.answer) return { kind: 'replay' };
  if (now - earlier.at > callDiesAfterMs) return { kind: 'goOn' };
  const message = 'A request with this Idempotency-Key is being answered: ask again when it is.';
  return {
    kind: 'fault',
    fault: { status: 409, type: 'api.concurrent_idempotent_request', message, retryAfterSeconds: 5 },
  };
}

/** What would have another answer the next time is not kept: a retry does it again. */
export const isKept = ({ status }: { readonly status: number }): boolean =>
  status !== 429 && (status < 500 || status === 504);

/** A draft as the facade knows it: who makes it, and the one send of it. */
export interface NylasDraft {
  readonly mailbox: string; // the grant's key
  readonly grant: string; // as its caller wrote it
  readonly item: string;
  /** The delivery whose files arrive on it; undefined where it was not made here. */
  readonly madeBy?: string;
  readonly send?: DraftSend;
}
/** The send of a draft: accepted as a delivery once the files are there, by whoever looks next. */
export interface DraftSend {
  readonly id: string; // the schedule_id, and the delivery's idempotency key
  readonly at: number;
  readonly delivery?: string;
  /** It was refused, and surely not sent: another send may follow. */
  readonly fault?: NylasFault;
}

/** Where the send of a draft is found by its schedule_id. One that leads to no such send was never told to anybody. */
export interface NylasSchedule {
  readonly id: string;
  readonly mailbox: string;
  readonly draftKey: string;
  readonly at: number;
}

export const documentKey = (mailbox: string, key: string): string => `${mailbox}\n${key}`;

/** Whether that delivery has ended without any doubt that nothing was sent. */
export const surelyNotSent = ({ end }: DeliveryRecord): boolean => end?.sent === false;

/** A delivery's state as the status of a scheduled message. */
export function scheduleStatus(record: DeliveryRecord | undefined, fault: NylasFault | undefined) {
  if (fault) return { code: 'failed', description: fault.message };
  if (!record?.end) return { code: 'pending', description: 'the message is sent when its attachments are there' };
  if (record.end.sent === true) return { code: 'success', description: 'the message was sent' };
  if (record.end.status === 'cancelled') return { code: 'cancelled', description: 'the send was cancelled' };
  return { code: 'failed', description: endFault(record).message };
}

/** Why a delivery that has ended did not do what it should. */
export function endFault({ end }: DeliveryRecord): NylasFault {
  if (end?.error) return faultOfEnd(end.error);
  return faultOf(400, 'mail', end?.status === 'cancelled' ? 'The send was cancelled.' : 'Nothing was sent.');
}

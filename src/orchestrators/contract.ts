import type * as delivery from '../core/delivery/machine/progress';
import type { StepHead } from '../core/job/machine';
import type { Checkpoint } from '../core/job/record';
import type { Paced } from '../core/mailbox/paced';
import type { SlotStep } from '../core/mailbox/slot';
import type { Limits, Lock } from '../core/mailbox/state';
import type { Progress, Step } from '../core/upload/machine/progress';
import type { UploadEnd } from '../core/upload/record';

/** All that orchestrators and functions share: names, inputs and answers. Everything here crosses a durable boundary. */

export const orchestratorNames = { attachFile: 'attachFile', deliver: 'deliver', callback: 'callback' } as const;

/** External events. The host compares names without case, the library with: one constant each. */
export const eventNames = { cancelRequested: 'cancelRequested', nudge: 'nudge' } as const;

export const mailboxName = 'mailbox';
/** The mailbox's operation for one that has ended and hears no answer: as `release`, but it wakes nobody. */
export const leaving = 'leave';

/** The input of every job's orchestration: only its id, or after `continueAsNew` also what was decided last. */
export interface JobInput<P = unknown, S = unknown> {
  readonly id: string;
  readonly carried?: Carried<P, S>;
}
export interface Carried<P, S> {
  readonly epoch: number;
  /** Of the state's form: another version of the app may go on. */
  readonly schema: number;
  readonly state: readonly [P, S];
}

export interface ClaimInput<P = unknown, S = unknown> extends JobInput<P, S> {
  /** This execution of the orchestration. */
  readonly execution: string;
}
/** What the record says about who works. `state` is begun anew, resumed, or carried on. */
export type Claimed<P, S, Context = undefined> =
  | {
      readonly kind: 'yours';
      readonly epoch: number;
      readonly schema: number;
      readonly state: readonly [P, S];
      readonly cancelRequested: boolean;
      readonly of: Context;
    }
  /** Another execution works on the job, or it has ended. */
  | { readonly kind: 'superseded' }
  | { readonly kind: 'notReady' };

/** An answer names the step that it answers, so that a replay by another version of `decide` is detected. */
export interface Reply<A> {
  readonly to: string;
  readonly said: A;
}
/** The step without its time and the session, which is a secret and long. */
export const keyOf = (step: StepHead): string =>
  JSON.stringify({
    ...step,
    notBefore: undefined,
    session: undefined,
    end: undefined,
    completed: undefined,
    unlisted: undefined,
  });

/** What the mailbox is asked with for one upload. */
export interface Pacing extends Limits {
  readonly mailboxKey: string;
  readonly itemKey: string;
  /** When the item's lock falls, whatever becomes of the upload (ms). */
  readonly lockUntil: number;
  readonly isSmall: boolean;
}
export type UploadState = Paced<Progress, Step>;

/** One call of the mailbox by an upload. Time comes from the caller, who reads it from its history. */
export interface MailboxCall {
  readonly id: string;
  readonly isSmall: boolean;
  readonly step: SlotStep;
  readonly lock?: Lock;
  readonly limits: Limits;
  readonly now: number;
}

/** Every step of an upload that is an activity gets this and returns a `Reply<Outcome>`. */
export interface StepInput<K extends Step['do'] = Step['do']> {
  readonly id: string;
  readonly epoch: number;
  readonly step: Extract<Step, { do: K }>;
  /** The machine's state, where it is to be saved, or read. */
  readonly state?: Checkpoint;
}

/** What the last activity says: the end is on the record, or the settings are wrong. */
export interface Ended {
  readonly kind: 'ended' | 'notReady';
}
export interface EndInput<End = UploadEnd> {
  readonly id: string;
  readonly epoch: number;
  /** Of an upload also the session that took the whole file, and the upload host's id of what no list was seen to give. */
  readonly step: { readonly end: End; readonly completed?: string; readonly unlisted?: string };
}

export interface NudgeInput {
  readonly ids: readonly string[];
}

/** The names of the activities that are steps of an upload: each is a file in functions/activities/upload. */
export type StepActivity = Exclude<Step['do'], 'end'>;

/** Every step of a delivery gets this and returns a `Reply`. What else it needs is on the record. */
export interface DeliveryStepInput<K extends delivery.StepKind = delivery.StepKind> {
  readonly id: string;
  readonly epoch: number;
  readonly step: Extract<delivery.Step, { do: K }>;
  /** The machine's state: to be saved, or read. */
  readonly progress: delivery.Progress;
  /** Of the version that made it. */
  readonly schema: number;
}
/** The names of the activities that are steps of a delivery: each is a file in functions/activities/delivery. */
export type DeliveryActivity = Exclude<delivery.StepKind, 'end'>;

/** The id of an upload or delivery whose end is told. Where to is never in a history: its query may be a secret. */
export interface CallbackInput {
  readonly id: string;
}
/** `over`: nothing more is to be told. Otherwise when to come again (ms). */
export type CallbackAttempted = { readonly kind: 'over' } | { readonly kind: 'later'; readonly at: number };

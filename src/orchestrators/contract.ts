import type { KnownDelivery } from '../core/delivery/machine/deliveryProgress';
import type { DeliveryEnd } from '../core/delivery/record';
import type { DeliveryPlan, DeliveryStep } from '../core/delivery/machine/deliveryState';
import type { Outcome } from '../core/upload/machine/outcome';
import type { PacerStep, Plan, Step } from '../core/upload/machine/progressState';
import type { UploadEnd, UploadRequest } from '../core/upload/record';

/** All that orchestrators and functions share: names, inputs and outputs. Everything here crosses a durable boundary. */

export const orchestratorNames = {
  attachFile: 'attachFile',
  recoverUpload: 'recoverUpload',
  deliver: 'deliver',
  recoverDelivery: 'recoverDelivery',
} as const;

/** External events. The host compares names without case, the library with: one constant each. */
export const eventNames = { cancelRequested: 'cancelRequested', admitted: 'admitted' } as const;

export const mailboxPacerName = 'mailboxPacer';

/** The orchestration's input is only the id: the record holds the rest. */
export interface AttachFileInput {
  readonly id: string;
}

export interface BeginInput {
  readonly id: string;
  /** This execution of the orchestration: the record lets only one work. */
  readonly execution: string;
  readonly recovers: boolean;
}
export type Begun =
  | {
      readonly kind: 'begun';
      readonly request: UploadRequest;
      readonly plan: Plan;
      readonly pacing: Pacing;
      readonly cancelRequested: boolean;
      readonly mayHaveSent: boolean;
    }
  /** Another execution works on it, or it has ended. */
  | { readonly kind: 'superseded' }
  | { readonly kind: 'notReady' };

/** What the mailbox's pacer is asked with. */
export interface Pacing {
  readonly mailboxKey: string;
  readonly nameKey: string;
  readonly isSmall: boolean;
  readonly concurrency: number;
  readonly bytesPerWindow: number;
}

/** Every step that is an activity gets this and returns an `Outcome`. */
export interface StepInput {
  readonly request: UploadRequest;
  readonly execution: string;
  readonly step: Step;
}
export type StepOutput = Outcome;

/** What the last activity says: the end is on the record, or the settings are wrong. */
export type Ended = 'ended' | 'notReady';

export interface EndInput {
  readonly id: string;
  readonly execution: string;
  readonly end: UploadEnd;
}

export interface WakeInput {
  readonly ids: readonly string[];
}

/** The names of the activities that are steps: each is a file in functions/activities. */
export type StepActivity = Exclude<Step['do'], PacerStep['do'] | 'end'>;

export interface DeliverInput {
  readonly id: string;
}
/** `beginDelivery` takes a `BeginInput` as `beginUpload` does. */
export type BegunDelivery =
  | { readonly kind: 'begun'; readonly plan: DeliveryPlan; readonly known: KnownDelivery }
  | { readonly kind: 'superseded' }
  | { readonly kind: 'notReady' };

/** Every step of a delivery gets this and returns a `DeliveryOutcome`; what else it needs is on the record. */
export interface DeliveryStepInput {
  readonly id: string;
  readonly execution: string;
  readonly step: DeliveryStep;
}
export interface EndDeliveryInput {
  readonly id: string;
  readonly execution: string;
  readonly end: DeliveryEnd;
}

/** The steps of a delivery that are activities; `attach` is an orchestration of its own. */
export type DeliveryActivity = Exclude<DeliveryStep['do'], 'attach' | 'end'>;

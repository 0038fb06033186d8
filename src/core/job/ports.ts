/** What every durable job needs: claims, versions of records, orchestrations. */

/** A version of a stored record: what a conditional write compares. */
export interface Versioned<T> {
  readonly value: T;
  readonly version: string;
}

/** A claim arbitrates: of two inserts of one key at the same instant one wins, the other is given the winner's. */
export interface Claim {
  readonly uploadId: string;
  readonly fingerprint?: string; // of the request's body
  readonly attachmentId?: string; // of `unlisted`: as the upload host gave it
  readonly claimedAt: number;
}

/**
 * `send`: the delivery that may send an item. `removed`: how the upload or delivery of this id ended whose record was
 * removed while claims still lead to it. `unlisted`: an upload whose attachment has no id that lists give. The others are by
 * which upload something is known.
 */
export type ClaimScope = 'idempotencyKey' | 'duplicate' | 'attachment' | 'unlisted' | 'send' | 'removed';

/** Durable orchestrations, as the HTTP functions and timers use them. */
export interface Instances {
  start(orchestrator: string, id: string, input: unknown): Promise<void>;
  raise(id: string, event: string, data: unknown): Promise<void>;
  /** Undefined where there is no such instance. */
  status(id: string): Promise<InstanceStatus | undefined>;
  /** Ends an instance whatever it does. Fine where it has ended or is unknown. */
  terminate(id: string): Promise<void>;
  purge(id: string): Promise<void>;
  /** Tells an entity to do something, and waits for no answer. */
  signalEntity(name: string, key: string, operation: string, input: unknown): Promise<void>;
  /**
   * Tells an entity to `sweep`: to go if it has nothing to remember. What the platform keeps of one that went goes some time
   * after that, with another call. `later`: such a call is wanted, in an hour; `done`: none is.
   */
  sweepEntity(name: string, key: string, now: number): Promise<'done' | 'later'>;
}

export interface InstanceStatus {
  readonly runtimeStatus:
    'Pending' | 'Running' | 'Suspended' | 'Completed' | 'Failed' | 'Terminated' | 'Canceled' | 'ContinuedAsNew';
  readonly customStatus: unknown;
  /** When it was started, or began anew; ms since 1970. */
  readonly createdAt: number;
}

/** Takes some of a list, in its order. */
export type Choose = <T>(newestFirst: readonly T[]) => readonly T[];

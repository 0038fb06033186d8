import type { CommitOptions } from './effects';
import type { Operation } from './operations';
import type { Item } from './records';
import type { Reply } from './reply';

/** A request that was found correct: its body is read, nothing is done yet. */
export interface Call {
  readonly op: Operation;
  readonly item?: Item;
  /** The attachment's name. */
  readonly name?: string;
  readonly rangeIndex?: number;
  /** Does it, in one go, and says what to answer. May refuse: the world moves on between judging and doing. */
  readonly commit: (options: CommitOptions) => Reply;
  /** How long it takes by itself, in real time. */
  readonly holdMs?: number;
  /** Makes the session expire now. */
  readonly expire?: () => void;
  readonly dispose?: () => void;
}

/** A request whose sender and mailbox are known. `itemPath`: as it was asked for. */
export interface Incoming {
  readonly op: Operation;
  readonly app: string;
  readonly mailbox: string;
  readonly itemPath?: string;
  readonly prepare: () => Call | Promise<Call>;
}

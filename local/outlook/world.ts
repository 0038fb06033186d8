import type { Bytes } from './bytes';
import { Changes } from './changes';
import { Clock } from './clock';
import type { Config } from './config';
import type { Faults } from './faults';
import { IdMaker } from './ids';
import type { Journal } from './journal';
import { MailboxMemory } from './mailboxMemory';
import type { Profile } from './profile';
import type { Store } from './store';
import type { Throttle } from './throttle';

/** All that a request may touch. `now` is in ms; a test may own it. */
export interface World {
  config: Config;
  /** What a reset goes back to: the profile's, or the usual one. */
  readonly defaults: Config;
  readonly profile?: Profile;
  readonly clock: Clock;
  /** The clock's time. */
  readonly now: () => number;
  readonly ids: IdMaker;
  readonly store: Store;
  readonly bytes: Bytes;
  readonly faults: Faults;
  readonly journal: Journal;
  readonly throttle: Throttle;
  /** One PUT at a time on a session: the others wait their turn and are then judged. */
  readonly turns: Map<string, Promise<void>>;
  /** Commits that a fault put off, done by whichever request comes after their time. */
  late: { readonly dueAt: number; readonly run: () => void }[];
  readonly changes: Changes;
  readonly mailboxes: MailboxMemory;
  graphUrl: string;
  uploadUrl: string;
}

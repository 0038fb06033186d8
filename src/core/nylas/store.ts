import type { Documents } from '../job/documents';
import type { NylasCall, NylasDraft, NylasSchedule } from './send';
import type { NylasSession } from './session';

/** What the Nylas facade remembers. */
export interface NylasStore {
  readonly sessions: Documents<NylasSession>; // by id
  readonly calls: Documents<NylasCall>; // by grant and Idempotency-Key
  readonly drafts: Documents<NylasDraft>; // by grant and the draft's id
  readonly schedules: Documents<NylasSchedule>; // by id
  readonly openSends: Documents<NylasSchedule>; // by id: those that are no delivery yet
}

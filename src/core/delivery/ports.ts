import type { DeliveryInput, DeliveryRecord } from './record';
import type { Choose, Versioned } from '../job/ports';
import type { UploadFilter } from '../upload/ports';

/** What deliveries need of storage. */

/** One record per delivery, beside the records of its uploads. Claims are made through `UploadRecords`. */
export interface DeliveryRecords {
  /** Inserts the record, its input before it; false where one with this id exists. */
  insert(record: DeliveryRecord, input: DeliveryInput): Promise<boolean>;
  get(id: string): Promise<Versioned<DeliveryRecord> | undefined>;
  input(id: string): Promise<DeliveryInput | undefined>;
  /** Conditional replace; false where the version is no longer this one. */
  replace(record: DeliveryRecord, version: string): Promise<boolean>;
  /** Newest first, as uploads are listed; `status` is looked for as far as records know it: active, or an end. */
  list(filter: UploadFilter, limit: number, after: string | undefined): Promise<DeliveryRecord[]>;
  /** Those that have not ended, newest first; with `choose`, those of them that it takes: the others are not read. */
  listActive(choose?: Choose): Promise<DeliveryRecord[]>;
  /** Finished records that ended before `endedBefore` (ms), in any order, page by page: what was seen may be removed meanwhile. */
  listEnded(endedBefore: number): AsyncIterable<readonly DeliveryRecord[]>;
  remove(id: string): Promise<void>;
  /** Removes what an insert left that died on its way, of ids made before `madeBefore` (ms). */
  repair(madeBefore: number): Promise<void>;
}

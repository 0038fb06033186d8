import type { Instances } from '../../core/job/ports';
import type { Dependencies } from '../../dependencies';
import { forEachLimited, Limited } from './forEachLimited';
import { isAlive } from '../jobs/alive';

export type PurgeDependencies = Omit<Dependencies, 'instances'> & { readonly instances: Instances };

/** Records of one kind, as far as retention goes. */
export interface EndedRecords<T extends { readonly id: string }> {
  /** Those that ended before a time (ms), page by page. */
  listEnded(endedBefore: number): AsyncIterable<readonly T[]>;
  remove(id: string): Promise<void>;
}

/**
 * Removes what ended before a time (ms), with all that Durable holds of it. The record goes last: as long as it is there,
 * whatever a crash left is found again. `mayGo` keeps one for another time, or tells elsewhere what only the record knows.
 */
export async function purgeEnded<T extends { readonly id: string }>(
  endedBefore: number,
  records: EndedRecords<T>,
  mayGo: (record: T) => Promise<boolean>,
  instances: Instances,
  steps: Limited,
): Promise<void> {
  const purge = async (record: T): Promise<void> => {
    if (isAlive(await instances.status(record.id))) return; // an execution may still be on its way out
    if (!(await mayGo(record))) return;
    await instances.purge(record.id);
    await records.remove(record.id);
  };
  for await (const page of records.listEnded(endedBefore)) {
    await forEachLimited(page, purge, steps);
    if (steps.clock() >= steps.until) return;
  }
}

import { claim, JobRecord } from '../../core/job/record';
import type { ClaimInput } from '../../orchestrators/contract';
import { RecordStore, updateRecord } from './records';

/** The record as it is now that an execution works on it. */
export interface ClaimedRecord<R> {
  readonly record: R;
  readonly epoch: number;
  /** An earlier execution has worked on the job. */
  readonly isResumed: boolean;
  /** What the execution was at when its history was put down. */
  readonly carried?: readonly [unknown, unknown];
}

/**
 * Takes a job over for an execution. A history that goes on under `continueAsNew` keeps its epoch, unless another version
 * of the app left its state in another form: then the job is resumed. Undefined: the job has ended, is gone, or another execution
 * has taken it over since.
 */
export async function claimJob<R extends JobRecord<unknown, unknown, unknown>>(
  records: RecordStore<R>,
  { id, execution, carried }: ClaimInput,
  schema: number,
  now: number,
): Promise<ClaimedRecord<R> | undefined> {
  if (carried?.schema === schema) {
    const record = (await records.get(id))?.value;
    const isOurs = record && !record.end && record.run?.epoch === carried.epoch;
    return isOurs ? { record, epoch: carried.epoch, isResumed: false, carried: carried.state } : undefined;
  }
  const record = await updateRecord(records, id, (before) => {
    const claimed = claim(before, execution, now);
    return claimed === before ? undefined : claimed;
  });
  if (!record || record.end || record.run?.execution !== execution) return undefined;
  return { record, epoch: record.run.epoch, isResumed: record.run.epoch > 1 };
}

import { FenceToken, JobRecord, Turn, turnOf } from '../../core/job/record';
import { RecordStore, updateRecord } from './records';

/**
 * Lets a step through if its job has not gone on without it, and writes `change` (its state, its facts) in the same write.
 * Throws where storage gives no answer: then nothing may be done.
 */
export async function passFence<R extends JobRecord<unknown, unknown, unknown>>(
  records: RecordStore<R>,
  id: string,
  token: FenceToken,
  change: (record: R) => R,
  now: number,
): Promise<Turn> {
  let turn: Turn = 'late';
  await updateRecord(records, id, (record) => {
    turn = turnOf(record, token);
    const { run } = record;
    // its own write, whose reply was lost, is not made twice
    if (turn !== 'first' || !run || (run.fence === token.no && run.by === token.by)) return undefined;
    return { ...change(record), run: { ...run, fence: token.no, by: token.by }, updatedAt: now };
  });
  return turn;
}

/** Whether the step that passed is still the last one: a run that slept meanwhile must not act any more. */
export async function isStillFirst<R extends JobRecord<unknown, unknown, unknown>>(
  records: RecordStore<R>,
  id: string,
  token: FenceToken,
): Promise<boolean> {
  const found = await records.get(id);
  return found !== undefined && found.value.run?.fence === token.no && turnOf(found.value, token) === 'first';
}

/** Whether its job has not gone on without this step: no later one, no other execution, no end. */
export async function isAwaited<R extends JobRecord<unknown, unknown, unknown>>(
  records: RecordStore<R>,
  id: string,
  token: FenceToken,
): Promise<boolean> {
  const found = await records.get(id);
  return found !== undefined && turnOf(found.value, token) !== 'late';
}

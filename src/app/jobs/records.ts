import type { Versioned } from '../../core/job/ports';
import type { UploadRecords } from '../../core/upload/ports';
import type { UploadRecord, Warning } from '../../core/upload/record';

/** What uploads' and deliveries' records have in common. */
export interface RecordStore<R> {
  get(id: string): Promise<Versioned<R> | undefined>;
  replace(record: R, version: string): Promise<boolean>;
}

/**
 * Reads a record, changes it and writes it back, again and again until nobody was in between. `change` returns
 * undefined to leave it as it is. Returns what is stored then; undefined where there is no such record.
 */
export async function updateRecord<R>(
  records: RecordStore<R>,
  id: string,
  change: (record: R) => R | undefined,
): Promise<R | undefined> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const found = await records.get(id);
    if (!found) return undefined;
    const changed = change(found.value);
    if (changed === undefined) return found.value;
    if (await records.replace(changed, found.version)) return changed;
  }
  throw new Error(`The record of ${id} changed 20 times under our hands.`);
}

/** What an end tells of a session that nobody could close. */
export const sessionLeftOpen = (expiresAt: number): Warning => ({
  code: 'LeftBehind',
  detail: `An upload session could not be closed: it expires at ${new Date(expiresAt).toISOString()}.`,
});

/** first: this step has not been here. again: it has. late: a newer step has, or the upload is another's or has ended. */
export type Turn = 'first' | 'again' | 'late';

/**
 * Steps that open or send, and those that look or close after them, take turns: the record keeps the number of the last
 * one. So a run that slept while the upload went on without it finds that its time is over.
 */
export async function takeTurn(
  deps: { readonly records: UploadRecords; clock(): number },
  id: string,
  execution: string,
  stepNo: number,
): Promise<Turn> {
  let turn: Turn = 'late';
  await updateRecord(deps.records, id, (record) => {
    turn = turnOf(record, execution, stepNo);
    return turn === 'first' ? { ...record, intents: [`${execution}/${stepNo}`], updatedAt: deps.clock() } : undefined;
  });
  return turn;
}

/** Whose turn it is for this step, by what the record holds. */
export function turnOf(record: UploadRecord, execution: string, stepNo: number): Turn {
  if (record.claimedBy !== execution || record.end) return 'late';
  const [of, no] = record.intents.at(-1)?.split('/') ?? [];
  if (of !== execution || Number(no) < stepNo) return 'first';
  return Number(no) === stepNo ? 'again' : 'late';
}

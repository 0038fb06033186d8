import type { Versioned } from '../../core/job/ports';

/** What uploads' and deliveries' records have in common. */
export interface RecordStore<R> {
  get(id: string): Promise<Versioned<R> | undefined>;
  /** As this process wrote it last; perhaps out of date. */
  lately?(id: string): Versioned<R> | undefined;
  replace(record: R, version: string): Promise<boolean>;
}

const mostRounds = 20;

/**
 * Reads a record, changes it and writes it back, again and again until nobody was in between. `change` returns undefined to
 * leave it as it is. Returns what is stored then; undefined where there is no such record.
 *
 * A record that this process wrote lately is not read first: the replace is conditional, so it succeeds only where nobody has
 * written since. Nothing else is believed of it.
 */
export async function updateRecord<R>(
  records: RecordStore<R>,
  id: string,
  change: (record: R) => R | undefined,
): Promise<R | undefined> {
  const lately = records.lately?.(id);
  const guess = lately && change(lately.value);
  if (lately && guess !== undefined && (await records.replace(guess, lately.version))) return guess;
  for (let round = 0; round < mostRounds; round++) {
    const found = await records.get(id);
    if (!found) return undefined;
    const changed = change(found.value);
    if (changed === undefined) return found.value;
    if (await records.replace(changed, found.version)) return changed;
  }
  throw new Error(`The record of ${id} changed ${mostRounds} times while it was being written.`);
}

import type { UploadRecords } from '../../core/ports';
import type { UploadRecord } from '../../core/uploadRecord';

/**
 * Reads a record, changes it and writes it back, again and again until nobody was in between. `change` returns
 * undefined to leave it as it is. Returns what is stored then; undefined where there is no such record.
 */
export async function updateRecord(
  records: UploadRecords,
  id: string,
  change: (record: UploadRecord) => UploadRecord | undefined,
): Promise<UploadRecord | undefined> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const found = await records.get(id);
    if (!found) return undefined;
    const changed = change(found.value);
    if (changed === undefined) return found.value;
    if (await records.replace(changed, found.version)) return changed;
  }
  throw new Error(`The record of upload ${id} changed 20 times under our hands.`);
}

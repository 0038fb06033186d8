import type { Versioned } from '../../core/job/ports';
import type { Documents } from '../../core/job/documents';
import { openTable, Row, TableAccount } from './access';
import { hashOf, padded } from './rows';

/**
 * Small documents (below 30,000 characters of JSON) of one kind, a partition of a table. Keys may hold any text.
 * Throws a RestError where storage gives no answer.
 */
export function tableDocuments<T>(account: TableAccount, tableName: string, kind: string): Documents<T> {
  const table = openTable(account, tableName);
  const keysOf = (key: string) => ({ partitionKey: kind, rowKey: hashOf(key) });
  const rowOf = (key: string, value: T, at: number): Row => ({
    ...keysOf(key),
    json: JSON.stringify(value),
    writtenAt: padded(at),
  });
  const valueOf = (row: Row): T => JSON.parse(row['json'] ?? 'null') as T; // written by rowOf only

  return {
    async insert(key, value, at): Promise<Versioned<T> | undefined> {
      const version = await table.insert(rowOf(key, value, at));
      return version === undefined ? undefined : { value, version };
    },
    async get(key) {
      const row = await table.get(keysOf(key));
      return row && { value: valueOf(row), version: row.etag };
    },
    replace: async (key, value, version, at) => (await table.replace(rowOf(key, value, at), version)) !== undefined,
    remove: (key) => table.remove(keysOf(key)),
    async list() {
      const found: T[] = [];
      for await (const row of table.scan(kind, '', 1000)) found.push(valueOf(row));
      return found;
    },
    async removeBefore(writtenBefore, limit) {
      let removed = 0;
      for await (const row of table.scan(kind, '', limit, `writtenAt lt '${padded(writtenBefore)}'`)) {
        if (removed === limit) break;
        await table.remove(row);
        removed += 1;
      }
      return removed;
    },
  };
}

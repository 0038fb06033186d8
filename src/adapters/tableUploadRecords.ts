import type { Claim, UploadFilter, UploadRecords, Versioned } from '../core/ports';
import type { UploadRecord } from '../core/uploadRecord';
import { isUploadId } from '../core/uploadId';
import { openTable, StoredRow, Table, TableAccount } from './tableAccess';
import * as rows from './tableRows';

export interface TableUploadRecords extends UploadRecords {
  /** Removes claims made before `claimedBefore` (ms), at most `limit`; the number removed. */
  removeClaims(claimedBefore: number, limit: number): Promise<number>;
}

/**
 * Upload records in one table. All rows of an upload (tableRows.ts) stand in one partition and change in one
 * transaction: there is no half-written upload to repair. Throws a RestError where storage gives no answer.
 */
export function tableUploadRecords(account: TableAccount, tableName = 'blobToOutlookUploads'): TableUploadRecords {
  const table = openTable(account, tableName);
  return { ...claims(table), ...singleRecords(table), ...lists(table) };
}

function claims(table: Table) {
  const findClaim: UploadRecords['findClaim'] = async (scope, key) => {
    const row = await table.get(rows.claimKey(scope, key));
    return row && { value: rows.claimOf(row), version: row.etag };
  };
  const claim: UploadRecords['claim'] = async (scope, key, wanted) => {
    const version = await table.insert(rows.claimRow(rows.claimKey(scope, key), wanted));
    if (version !== undefined) return { won: true, held: { value: wanted, version } };
    const held: Versioned<Claim> | undefined = await findClaim(scope, key);
    return held ? { won: false, held } : claim(scope, key, wanted); // removed meanwhile
  };
  return {
    findClaim,
    claim,
    replaceClaim: (scope, key, wanted, version) =>
      table.replace(rows.claimRow(rows.claimKey(scope, key), wanted), version),
    async removeClaims(claimedBefore, limit) {
      let removed = 0;
      const old = table.scan('c-', 'c.', limit, `claimedAt lt '${rows.padded(claimedBefore)}'`);
      for await (const row of old) {
        if (removed === limit) break;
        await table.remove(row.rowKey);
        removed += 1;
      }
      return removed;
    },
  } satisfies Partial<TableUploadRecords>;
}

function singleRecords(table: Table) {
  return {
    insert: (record) =>
      table.transact((all) => {
        all.insert(rows.recordRow(record));
        for (const key of [...rows.fixedRows(record), ...rows.stateRows(record.id, indexedBy(record))])
          all.put(rows.indexRow(key, record));
      }),
    async get(id) {
      const row = isUploadId(id) ? await table.get(rows.recordKey(id)) : undefined;
      return row && { value: rows.recordOf(row), version: versionOf(row) };
    },
    async replace(record, version) {
      const { etag, ...old } = parseVersion(version);
      const before = rows.stateRows(record.id, old);
      const after = rows.stateRows(record.id, indexedBy(record));
      if (before.join() === after.join()) return table.replace(rows.recordRow(record), etag);
      return table.transact((all) => {
        all.replace(rows.recordRow(record), etag);
        for (const key of before.filter((each) => !after.includes(each))) all.remove(key);
        for (const key of after.filter((each) => !before.includes(each))) all.put(rows.indexRow(key, record));
      });
    },
    async remove(id) {
      const row = await table.get(rows.recordKey(id));
      if (!row) return;
      const record = rows.recordOf(row);
      await table.transact((all) => {
        const indexes = [...rows.fixedRows(record), ...rows.stateRows(id, indexedBy(record))];
        for (const key of [row.rowKey, ...indexes]) all.remove(key);
      });
    },
  } satisfies Partial<UploadRecords>;
}

function lists(table: Table) {
  /** Records of the index rows in a range, in its order. */
  async function joined(scan: AsyncIterable<StoredRow>, limit: number, keep: (r: UploadRecord) => boolean) {
    const found: UploadRecord[] = [];
    let ids: string[] = [];
    const join = async (): Promise<void> => {
      const read = await Promise.all(ids.map((id) => table.get(`r-${id}`)));
      found.push(...read.flatMap((row) => (row ? [rows.recordOf(row)] : [])).filter(keep));
      ids = [];
    };
    for await (const row of scan) {
      ids.push(row.rowKey.slice(-32)); // every index key ends in the inverted id
      if (found.length + ids.length < limit && ids.length < joinedAtOnce) continue;
      await join();
      if (found.length >= limit) break;
    }
    await join();
    return found.slice(0, limit);
  }

  /** The narrowest index; what else is asked for is a condition on its rows. */
  const list: UploadRecords['list'] = async (filter, limit, after) => {
    const state = filter.status === undefined ? undefined : stateOf(filter.status);
    const index = state !== undefined ? rows.stateIndex(state) : indexOf(filter);
    const from = `${index}-${after === undefined ? '' : rows.inverted(after)}`;
    if (index !== 'r')
      return joined(
        table.scan(from, `${index}-g`, limit, conditions(filter)),
        limit,
        (r) => !state || r.state === state,
      );
    const found: UploadRecord[] = [];
    for await (const row of table.scan(from, 'r-g', limit)) {
      found.push(rows.recordOf(row));
      if (found.length === limit) break;
    }
    return found;
  };
  return {
    list,
    listActive: () => list({ status: 'active' }, Infinity, undefined),
    listEnded: (endedBefore, limit) =>
      joined(table.scan('e-', `e-${rows.padded(endedBefore)}`, limit), limit, (record) => record.end !== undefined),
  } satisfies Partial<UploadRecords>;
}

const joinedAtOnce = 32;

const indexOf = ({ item, reference }: UploadFilter): string =>
  item !== undefined ? rows.itemIndex(item) : reference !== undefined ? rows.referenceIndex(reference) : 'r';

function conditions({ item, reference }: UploadFilter): string {
  const wanted = [
    item === undefined ? '' : `item eq '${rows.itemHash(item)}'`,
    reference === undefined ? '' : `reference eq '${rows.hashOf(reference)}'`,
  ];
  return wanted.filter((each) => each !== '').join(' and ');
}

/** Every public status of an upload that has not ended lies in one index: which it is, only Durable knows. */
const stateOf = (status: string): UploadRecord['state'] =>
  status === 'succeeded' || status === 'failed' || status === 'cancelled' ? status : 'active';

const indexedBy = (record: UploadRecord): rows.IndexedBy => ({ state: record.state, endedAt: record.end?.endedAt });

/** A record's version also says where its index rows stand, so that a replace need not read it again. */
const versionOf = (row: StoredRow): string => [row['state'], row['endedAt'] ?? '', row.etag].join('|');

function parseVersion(version: string): rows.IndexedBy & { etag: string } {
  const [state = '', endedAt = '', ...etag] = version.split('|');
  return { state: stateOf(state), endedAt: endedAt === '' ? undefined : Number(endedAt), etag: etag.join('|') };
}

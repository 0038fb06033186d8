import { Lately } from '../../core/lately';
import type { Claim, Versioned } from '../../core/job/ports';
import type { UploadRecords } from '../../core/upload/ports';
import type { UploadRecord } from '../../core/upload/record';
import { isUploadId } from '../../core/upload/id';
import { openTable, Row, StoredRow, Table, TableAccount } from './access';
import { indexedAs, indexedBy, matches, stateOf, tableIndexes } from './indexes';
import * as rows from './rows';

type Indexes = ReturnType<typeof tableIndexes>;

export interface TableUploadRecords extends UploadRecords {
  /** Removes claims made before `claimedBefore` (ms), at most `limit`; the number removed. */
  removeClaims(claimedBefore: number, limit: number): Promise<number>;
  /**
   * Removes what a crash left in the indexes: rows of the active ones that lead to no record or to a finished one, of
   * ids made before `madeBefore` (ms; younger ones may be under way). The number of uploads repaired.
   */
  repairIndexes(madeBefore: number): Promise<number>;
}

/**
 * Upload records in tables named `prefix…`. The order of the writes makes every crash harmless: index rows come before
 * the record and go before it, an end's index row comes before the end and the active one goes after it. So a record is
 * always found, and an index row too many is skipped by readers until `repairIndexes` takes it away.
 * Throws a RestError where storage gives no answer. Lists leave out what cannot be read.
 */
export function tableUploadRecords(
  account: TableAccount,
  prefix = 'blobToOutlookUploads',
  unreadable: rows.Unreadable = () => undefined,
): TableUploadRecords {
  const uploads = openTable(account, prefix);
  const indexes = tableIndexes(account, prefix);
  return {
    ...claims(openTable(account, `${prefix}Claims`)),
    ...records(uploads, indexes),
    ...lists(uploads, indexes, unreadable),
  };
}

function claims(table: Table) {
  const findClaim: UploadRecords['findClaim'] = async (scope, key) => {
    const row = await table.get(rows.claimKeys(scope, key));
    return row && { value: rows.claimOf(row), version: row.etag };
  };
  const claim: UploadRecords['claim'] = async (scope, key, wanted) => {
    const version = await table.insert(rows.claimRow(rows.claimKeys(scope, key), wanted));
    if (version !== undefined) return { won: true, held: { value: wanted, version } };
    const held: Versioned<Claim> | undefined = await findClaim(scope, key);
    return held ? { won: false, held } : claim(scope, key, wanted); // removed meanwhile
  };
  return {
    findClaim,
    claim,
    replaceClaim: async (scope, key, wanted, version) =>
      (await table.replace(rows.claimRow(rows.claimKeys(scope, key), wanted), version)) !== undefined,
    async removeClaims(claimedBefore, limit) {
      let removed = 0;
      for (const scope of ['idempotencyKey', 'duplicate', 'attachment', 'unlisted', 'send', 'removed'] as const) {
        for await (const row of table.scan(scope, '', limit, `claimedAt lt '${rows.padded(claimedBefore)}'`)) {
          if (removed === limit) return removed;
          await table.remove(row);
          removed += 1;
        }
      }
      return removed;
    },
  } satisfies Partial<TableUploadRecords>;
}

/** So many records does a process know as it wrote or read them last. */
const mostLately = 100;

function records(uploads: Table, indexes: Indexes) {
  const known = new Lately<Versioned<UploadRecord>>(mostLately);
  const remember = (value: UploadRecord, row: Row, etag: string): Versioned<UploadRecord> => {
    const found = { value, version: versionOf(row, etag) };
    known.set(value.id, found);
    return found;
  };
  return {
    async insert(record) {
      await indexes.add(indexedBy(record), record.state);
      const row = rows.recordRow(record);
      const etag = await uploads.insert(row);
      if (etag !== undefined) remember(record, row, etag);
      return etag !== undefined;
    },
    async get(id) {
      const row = isUploadId(id) ? await uploads.get(rows.recordKeys(id)) : undefined;
      return row && remember(rows.recordFromRow(row), row, row.etag);
    },
    lately: (id) => known.get(id),
    async replace(record, version) {
      known.delete(record.id); // whatever becomes of this write
      const { state, etag, unplaced, left } = parseVersion(version);
      const moves = state !== record.state;
      const leaves = rows.hasLeft(record);
      if (unplaced) await indexes.addItem(indexedBy(record));
      if (moves) await indexes.addState(indexedBy(record), record.state);
      if (leaves && !left) await indexes.addState(indexedBy(record), 'left');
      const row = rows.recordRow(record);
      const newEtag = await uploads.replace(row, etag);
      const replaced = newEtag !== undefined;
      if (replaced) remember(record, row, newEtag);
      if (replaced && left && !leaves) await indexes.removeState(indexedBy(record), 'left');
      if (replaced && moves) await indexes.removeState(indexedBy(record), state);
      return replaced;
    },
    async remove(id) {
      known.delete(id);
      const row = await uploads.get(rows.recordKeys(id));
      if (!row) return;
      await indexes.remove(indexedBy(rows.recordFromRow(row)));
      await uploads.remove(row);
    },
  } satisfies Partial<UploadRecords>;
}

/** So many records of an index are read at once. */
export const readAtOnce = 32;

function lists(uploads: Table, indexes: Indexes, unreadable: rows.Unreadable) {
  const recordsOf = rows.readable(rows.recordFromRow, unreadable);
  const read = async (found: readonly StoredRow[]): Promise<UploadRecord[]> => {
    const joined = found.map(({ rowKey }) => uploads.get({ partitionKey: rows.recordPartition, rowKey }));
    return recordsOf(await Promise.all(joined));
  };
  const list: UploadRecords['list'] = async (filter, limit, after) => {
    const from = after === undefined ? '' : rows.inverted(after);
    const index = indexes.scan(filter, from, limit);
    const found: UploadRecord[] = [];
    for await (const page of pagesOf(
      index ?? uploads.scan(rows.recordPartition, from, limit),
      Math.min(limit, readAtOnce),
    )) {
      const joined = index ? await read(page) : recordsOf(page);
      found.push(...joined.filter((record) => matches(record, filter)));
      if (found.length >= limit) break;
    }
    return found.slice(0, limit);
  };
  return {
    list,
    async listActive(choose) {
      const keys: StoredRow[] = [];
      for await (const row of indexes.scanState('active', '')) keys.push(row);
      const found: UploadRecord[] = [];
      for await (const page of pagesOf(choose ? choose(keys) : keys, readAtOnce))
        found.push(...(await read(page)).filter(({ state }) => state === 'active'));
      return found;
    },
    async listLeft() {
      const found: StoredRow[] = [];
      for await (const row of indexes.scanState('left', '')) found.push(row);
      return (await read(found)).filter(rows.hasLeft);
    },
    async *listEnded(endedBefore) {
      const condition = `endedAt lt '${rows.padded(endedBefore)}'`; // what ended before was made before
      const ended = uploads.scan(rows.recordPartition, rows.keyAt(endedBefore), rows.endedAtOnce, condition);
      for await (const page of pagesOf(ended, rows.endedAtOnce)) yield recordsOf(page);
    },
    async repairIndexes(madeBefore) {
      let repaired = 0;
      for await (const row of indexes.scanState('active', rows.keyAt(madeBefore))) {
        const record = (await read([row]))[0];
        if (record?.state === 'active') continue;
        const upload = record ? indexedBy(record) : indexedAs(row);
        await (record ? indexes.removeState(upload, 'active') : indexes.remove(upload));
        repaired += 1;
      }
      return repaired;
    },
  } satisfies Partial<TableUploadRecords>;
}

export async function* pagesOf<T>(each: AsyncIterable<T> | Iterable<T>, size: number): AsyncGenerator<T[]> {
  let page: T[] = [];
  for await (const one of each) {
    if (page.push(one) < size) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

/** A record's version also says in which indexes it stands, so that a replace need not read it again. */
const versionOf = (row: Row, etag: string): string =>
  [row['state'], row['unplaced'], row['left'], etag].map((part) => part ?? '').join('|');

interface Version {
  readonly state: UploadRecord['state'];
  readonly etag: string;
  readonly unplaced: boolean;
  readonly left: boolean;
}

function parseVersion(version: string): Version {
  const [state, unplaced, left, ...etag] = version.split('|');
  return { state: stateOf(state), etag: etag.join('|'), unplaced: unplaced === 'yes', left: left === 'yes' };
}

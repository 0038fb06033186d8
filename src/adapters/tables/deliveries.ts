import { randomUUID } from 'node:crypto';
import { readDeliveryRecord } from '../../core/delivery/oldRecord';
import type { DeliveryInput, DeliveryRecord } from '../../core/delivery/record';
import type { DeliveryRecords } from '../../core/delivery/ports';
import { deliveryItem } from '../../core/delivery/resource';
import type { UploadFilter } from '../../core/upload/ports';
import { isUploadId } from '../../core/upload/id';
import { openTable, Row, RowKeys, StoredRow, Table, TableAccount } from './access';
import { Indexed, stateOf, tableIndexes } from './indexes';
import {
  asciiJson,
  endedAtOnce,
  hashOf,
  inverted,
  itemHash,
  jsonOf,
  jsonPieces,
  keyAt,
  padded,
  readable,
  Unreadable,
} from './rows';
import { pagesOf, readAtOnce } from './uploads';

const partition = 'deliveries';
/** A row holds at most 1 MiB, in UTF-16: longer inputs lie in several. */
const charactersPerRow = 420_000;

/**
 * Delivery records in tables named `prefix…`. The order of the writes makes every crash harmless, as with uploads: the
 * input and the active row come before the record, and the active row goes after its end; a row too many is skipped and
 * put right. Of two inserts of one id at the same instant one wins: its record names its own input rows.
 * Throws a RestError where storage gives no answer. Lists leave out what cannot be read.
 */
export function tableDeliveries(
  account: TableAccount,
  prefix = 'blobToOutlookDeliveries',
  unreadable: Unreadable = () => undefined,
): DeliveryRecords {
  const recordsOf = readable(recordOf, unreadable);
  const records = openTable(account, prefix);
  const inputs = openTable(account, `${prefix}Inputs`);
  const active = openTable(account, `${prefix}Active`);
  const indexes = tableIndexes(account, prefix);
  const get = async (id: string): Promise<StoredRow | undefined> =>
    isUploadId(id) ? records.get(keysOf(id)) : undefined;

  return {
    async insert(record, input) {
      const writing = randomUUID();
      const rows = inputRows(record.id, writing, input);
      await Promise.all([
        ...rows.map((row) => inputs.put(row)),
        active.put(keysOf(record.id)),
        indexes.add(indexedBy(record), record.state),
      ]);
      const inserted = (await records.insert(recordRow(record, writing))) !== undefined;
      if (!inserted) await Promise.all(rows.map((row) => inputs.remove(row)));
      return inserted;
    },
    async get(id) {
      const row = await get(id);
      return row && { value: recordOf(row), version: versionOf(row) };
    },
    async input(id) {
      const row = await get(id);
      return row && readInput(inputs, id, row['input'] ?? '');
    },
    async replace(record, version) {
      const { input, state, unplaced, etag } = parseVersion(version);
      const indexed = indexedBy(record);
      const moves = state !== record.state;
      if (unplaced) await indexes.addItem(indexed);
      if (moves) await indexes.addState(indexed, record.state);
      const replaced = (await records.replace(recordRow(record, input), etag)) !== undefined;
      if (replaced && moves) await indexes.removeState(indexed, state);
      if (replaced && record.state !== 'active') await active.remove(keysOf(record.id));
      return replaced;
    },
    async list(filter, limit, after) {
      const from = after === undefined ? '' : inverted(after);
      const index = indexes.scan(filter, from, limit);
      const found: DeliveryRecord[] = [];
      for await (const page of pagesOf(index ?? records.scan(partition, from, limit), Math.min(limit, readAtOnce))) {
        const read = index ? await Promise.all(page.map(({ rowKey }) => records.get(keysAt(rowKey)))) : page;
        found.push(...recordsOf(read).filter((record) => fits(record, filter)));
        if (found.length >= limit) break;
      }
      return found.slice(0, limit);
    },
    async listActive(choose) {
      const keys: StoredRow[] = [];
      for await (const row of active.scan(partition, '', 1000)) keys.push(row);
      const found: DeliveryRecord[] = [];
      for await (const page of pagesOf(choose ? choose(keys) : keys, readAtOnce)) {
        const read = await Promise.all(page.map(({ rowKey }) => records.get(keysAt(rowKey))));
        for (const record of recordsOf(read)) {
          if (record.state === 'active') found.push(record);
          else await active.remove(keysOf(record.id)); // its end was written, no more
        }
      }
      return found;
    },
    async *listEnded(endedBefore) {
      const condition = `endedAt lt '${padded(endedBefore)}'`; // what ended before was made before
      const ended = records.scan(partition, keyAt(endedBefore), endedAtOnce, condition);
      for await (const page of pagesOf(ended, endedAtOnce)) yield recordsOf(page);
    },
    async remove(id) {
      const row = await get(id);
      if (!row) return;
      await removeInputs(inputs, inverted(id));
      await indexes.remove(indexedBy(recordOf(row)));
      await active.remove(keysOf(id));
      await records.remove(keysOf(id));
    },
    async repair(madeBefore) {
      for await (const row of active.scan(partition, keyAt(madeBefore), 1000)) {
        if (await records.get({ partitionKey: partition, rowKey: row.rowKey })) continue;
        await removeInputs(inputs, row.rowKey);
        await active.remove(row);
      }
    },
  };
}

const keysAt = (rowKey: string): RowKeys & Row => ({ partitionKey: partition, rowKey });
const keysOf = (id: string): RowKeys & Row => keysAt(inverted(id));

/** What a delivery is found by; a new draft's item is known later. */
function indexedBy(record: DeliveryRecord): Indexed {
  const item = deliveryItem(record);
  const { reference, requestedBy } = record.request;
  return {
    key: inverted(record.id),
    ...(item === null ? {} : { item: itemHash(item) }),
    ...(reference === null ? {} : { reference: hashOf(reference) }),
    ...(requestedBy === undefined ? {} : { person: hashOf(requestedBy.id) }),
  };
}

function fits(record: DeliveryRecord, { status, item, reference, requestedBy }: UploadFilter): boolean {
  const own = deliveryItem(record);
  return (
    (status === undefined || record.state === stateOf(status)) &&
    (item === undefined || (own !== null && itemHash(own) === itemHash(item))) &&
    (reference === undefined || record.request.reference === reference) &&
    (requestedBy === undefined || record.request.requestedBy?.id === requestedBy)
  );
}

/** A record's version also says where its input is and in which indexes it stands, so that a replace need not read it again. */
const versionOf = (row: StoredRow): string =>
  [row['input'] ?? '', row['state'] ?? '', row['unplaced'] ?? '', row.etag].join('|');

function parseVersion(version: string) {
  const [input = '', state, unplaced, ...etag] = version.split('|');
  return { input, state: stateOf(state), unplaced: unplaced === 'yes', etag: etag.join('|') };
}

function recordRow(record: DeliveryRecord, input: string): Row {
  const row: Row = { ...keysOf(record.id), state: record.state, input, ...jsonPieces(asciiJson(record)) };
  if (deliveryItem(record) === null) row['unplaced'] = 'yes'; // not in the index of items yet
  if (record.end) row['endedAt'] = padded(record.end.endedAt);
  return row;
}

const recordOf = (row: Row): DeliveryRecord => readDeliveryRecord(JSON.parse(jsonOf(row))); // written by recordRow only

function inputRows(id: string, writing: string, input: DeliveryInput): Row[] {
  const json = asciiJson(input);
  const rows: Row[] = [];
  for (let at = 0; at < json.length; at += charactersPerRow) {
    const rowKey = `${writing} ${String(rows.length).padStart(4, '0')}`;
    rows.push({ partitionKey: inverted(id), rowKey, ...jsonPieces(json.slice(at, at + charactersPerRow)) });
  }
  return rows;
}

async function readInput(inputs: Table, id: string, writing: string): Promise<DeliveryInput> {
  let json = '';
  for await (const row of inputs.scan(inverted(id), writing, 100)) {
    if (row.rowKey.startsWith(`${writing} `)) json += jsonOf(row);
  }
  return JSON.parse(json) as DeliveryInput; // written by inputRows only, before the record that names it
}

async function removeInputs(inputs: Table, partitionKey: string): Promise<void> {
  for await (const row of inputs.scan(partitionKey, '', 100)) await inputs.remove(row);
}

import { randomUUID } from 'node:crypto';
import { readDeliveryRecord } from '../../core/delivery/oldRecord';
import type { DeliveryInput, DeliveryRecord } from '../../core/delivery/record';
import type { DeliveryRecords } from '../../core/delivery/ports';
import { isUploadId } from '../../core/upload/id';
import { openTable, Row, RowKeys, StoredRow, Table, TableAccount } from './access';
import { asciiJson, inverted, jsonOf, jsonPieces, keyAt, padded } from './rows';

const partition = 'deliveries';
/** A row holds at most 1 MiB, in UTF-16: longer inputs lie in several. */
const charactersPerRow = 420_000;

/**
 * Delivery records in tables named `prefix…`. The order of the writes makes every crash harmless, as with uploads: the
 * input and the active row come before the record, and the active row goes after its end; a row too many is skipped and
 * put right. Of two inserts of one id at the same instant one wins: its record names its own input rows.
 * Throws a RestError where storage gives no answer.
 */
export function tableDeliveries(account: TableAccount, prefix = 'blobToOutlookDeliveries'): DeliveryRecords {
  const records = openTable(account, prefix);
  const inputs = openTable(account, `${prefix}Inputs`);
  const active = openTable(account, `${prefix}Active`);
  const get = async (id: string): Promise<StoredRow | undefined> =>
    isUploadId(id) ? records.get(keysOf(id)) : undefined;

  return {
    async insert(record, input) {
      const writing = randomUUID();
      const rows = inputRows(record.id, writing, input);
      await Promise.all([...rows.map((row) => inputs.put(row)), active.put(keysOf(record.id))]);
      const inserted = (await records.insert(recordRow(record, writing))) !== undefined;
      if (!inserted) await Promise.all(rows.map((row) => inputs.remove(row)));
      return inserted;
    },
    async get(id) {
      const row = await get(id);
      return row && { value: recordOf(row), version: `${row['input'] ?? ''}|${row.etag}` };
    },
    async input(id) {
      const row = await get(id);
      return row && readInput(inputs, id, row['input'] ?? '');
    },
    async replace(record, version) {
      const at = version.indexOf('|');
      const replaced = await records.replace(recordRow(record, version.slice(0, at)), version.slice(at + 1));
      if (replaced && record.state !== 'active') await active.remove(keysOf(record.id));
      return replaced;
    },
    async listActive() {
      const found: DeliveryRecord[] = [];
      for await (const { rowKey } of active.scan(partition, '', 1000)) {
        const row = await records.get({ partitionKey: partition, rowKey });
        const record = row && recordOf(row);
        if (record?.state === 'active') found.push(record);
        else if (record) await active.remove({ partitionKey: partition, rowKey }); // its end was written, no more
      }
      return found;
    },
    async listEnded(endedBefore, limit) {
      const ended: StoredRow[] = [];
      const condition = `endedAt lt '${padded(endedBefore)}'`; // what ended before was made before
      for await (const row of records.scan(partition, keyAt(endedBefore), 1000, condition)) ended.push(row);
      ended.sort((a, b) => Number(a['endedAt']) - Number(b['endedAt']));
      return ended.slice(0, limit).map(recordOf);
    },
    async remove(id) {
      if (!(await get(id))) return;
      await removeInputs(inputs, inverted(id));
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

const keysOf = (id: string): RowKeys & Row => ({ partitionKey: partition, rowKey: inverted(id) });

function recordRow(record: DeliveryRecord, input: string): Row {
  const row: Row = { ...keysOf(record.id), state: record.state, input, ...jsonPieces(asciiJson(record)) };
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

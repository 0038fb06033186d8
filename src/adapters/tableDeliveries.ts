import type { DeliveryInput, DeliveryRecord } from '../core/deliveryRecord';
import type { DeliveryRecords } from '../core/ports';
import { isUploadId } from '../core/uploadId';
import { openTable, Row, StoredRow, Table, TableAccount } from './tableAccess';
import { asciiJson, inverted, jsonOf, jsonPieces, keyAt, padded } from './tableRows';

const partition = 'deliveries';
/** A row holds at most 1 MiB, in UTF-16: longer inputs lie in several. */
const charactersPerRow = 420_000;

/**
 * Delivery records in tables named `prefix…`. The order of the writes makes every crash harmless, as with uploads: the
 * input and the active row come before the record and go after its end; a row too many is skipped and put right.
 * Throws a RestError where storage gives no answer.
 */
export function tableDeliveries(account: TableAccount, prefix = 'blobToOutlookDeliveries'): DeliveryRecords {
  const records = openTable(account, prefix);
  const inputs = openTable(account, `${prefix}Inputs`);
  const active = openTable(account, `${prefix}Active`);
  const get = async (id: string): Promise<StoredRow | undefined> =>
    isUploadId(id) ? records.get({ partitionKey: partition, rowKey: inverted(id) }) : undefined;

  return {
    async insert(record, input) {
      await Promise.all([
        ...inputRows(record.id, input).map((row) => inputs.put(row)),
        active.put(activeRow(record.id)),
      ]);
      return (await records.insert(recordRow(record))) !== undefined;
    },
    async get(id) {
      const row = await get(id);
      return row && { value: recordOf(row), version: row.etag };
    },
    input: async (id) => readInput(inputs, id),
    async replace(record, version) {
      const replaced = await records.replace(recordRow(record), version);
      if (replaced && record.state !== 'active') await active.remove(activeRow(record.id));
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
      for await (const row of inputs.scan(inverted(id), '', 100)) await inputs.remove(row);
      await active.remove(activeRow(id));
      await records.remove(activeRow(id));
    },
  };
}

function recordRow(record: DeliveryRecord): Row {
  const ended = record.end ? { endedAt: padded(record.end.endedAt) } : {};
  return { ...activeRow(record.id), state: record.state, ...ended, ...jsonPieces(asciiJson(record)) };
}

const recordOf = (row: Row): DeliveryRecord => JSON.parse(jsonOf(row)) as DeliveryRecord; // written by recordRow only

/** The active table's rows hold nothing but their key, which is the record's. */
const activeRow = (id: string): Row => ({ partitionKey: partition, rowKey: inverted(id) });

function inputRows(id: string, input: DeliveryInput): Row[] {
  const json = asciiJson(input);
  const rows: Row[] = [];
  for (let at = 0; at < json.length; at += charactersPerRow) {
    const rowKey = String(rows.length).padStart(4, '0');
    rows.push({ partitionKey: inverted(id), rowKey, ...jsonPieces(json.slice(at, at + charactersPerRow)) });
  }
  return rows;
}

async function readInput(inputs: Table, id: string): Promise<DeliveryInput | undefined> {
  if (!isUploadId(id)) return undefined;
  let json = '';
  for await (const row of inputs.scan(inverted(id), '', 100)) json += jsonOf(row);
  return json === '' ? undefined : (JSON.parse(json) as DeliveryInput); // written by inputRows only
}

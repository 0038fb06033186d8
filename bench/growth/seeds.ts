import { TableClient, TableServiceClient, type TableEntity, type TransactionAction } from '@azure/data-tables';
import { randomBytes } from 'node:crypto';

// Finished uploads are copies of one that the app has made: of all its rows, in whatever tables they lie, with another id.
// So the benchmark knows nothing of how the app spells its records, only that row keys hold the id or its inverted digits.

type Row = TableEntity & { etag?: string; timestamp?: string };

/** A row of an upload, where it lies. */
export interface TemplateRow {
  table: string;
  row: Row;
}

const options = { allowInsecureConnection: true };
const batch = 100;

/** An id's digits as the app inverts them, so that the newest comes first. */
const inverted = (id: string): string =>
  id.replaceAll('-', '').replace(/./g, (digit) => (15 - Number.parseInt(digit, 16)).toString(16));

/** All rows that belong to that upload. */
export async function rowsOf(storage: string, id: string): Promise<TemplateRow[]> {
  const found: TemplateRow[] = [];
  const tables = TableServiceClient.fromConnectionString(storage, options);
  for await (const { name = '' } of tables.listTables())
    for await (const row of TableClient.fromConnectionString(storage, name, options).listEntities<Row>())
      if (JSON.stringify(row).includes(id) || row.rowKey.includes(inverted(id))) found.push({ table: name, row });
  if (found.length === 0) throw new Error(`No table holds the upload ${id}.`);
  return found;
}

/** The same time-sortable form with another time and other random digits. */
export function idAt(template: string, ms: number): string {
  const time = ms.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}${template.slice(13, 24)}${randomBytes(6).toString('hex')}`;
}

/** Adds copies of the upload `id`, one for each of `ids`. */
export async function addCopies(storage: string, id: string, rows: TemplateRow[], ids: string[]): Promise<void> {
  for (const { table, row } of rows) {
    const client = TableClient.fromConnectionString(storage, table, options);
    for (let at = 0; at < ids.length; at += batch) {
      const actions = ids
        .slice(at, at + batch)
        .map((copy): TransactionAction => ['upsert', copyOf(row, id, copy), 'Replace']);
      await client.submitTransaction(actions);
    }
  }
}

/** A row that names the upload in its key gets the copy's; any other, such as a claim, a key that nobody else has. */
function copyOf(row: Row, id: string, copy: string): Row {
  const text = JSON.stringify(row).replaceAll(id, copy).replaceAll(inverted(id), inverted(copy));
  const made = JSON.parse(text) as Row;
  delete made.etag;
  delete made.timestamp;
  return { ...made, rowKey: made.rowKey === row.rowKey ? randomBytes(16).toString('hex') : made.rowKey };
}

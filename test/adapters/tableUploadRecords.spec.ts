import { TableClient } from '@azure/data-tables';
import { tableUploadRecords, TableUploadRecords } from '../../src/adapters/tableUploadRecords';
import { activeRecord, ended, idSource, startOfTime } from '../functions/support/sampleRecord';
import { uploadRecordsSuite } from '../functions/support/uploadRecordsSuite';
import { ownStorage } from '../support/storage';

describe('upload records in a table', () => {
  let connectionString: string;
  let tables = 0;
  beforeAll(async () => {
    connectionString = await ownStorage();
  });
  const open = (name = `uploads${++tables}`): TableUploadRecords => tableUploadRecords({ connectionString }, name);

  uploadRecordsSuite(async () => open());

  it('makes its table with the first write, also when several come at once', async () => {
    const [a, b] = [open('together'), open('together')];
    const newId = idSource();
    expect(await Promise.all([a.insert(activeRecord(newId())), b.insert(activeRecord(newId()))])).toEqual([true, true]);
  });

  it('leaves no row behind when a record and the claims of its time are removed', async () => {
    const records = open('emptied');
    const record = activeRecord(idSource()(), { reference: 'r' });
    await records.claim('duplicate', 'd', { uploadId: record.id, claimedAt: startOfTime });
    await records.insert(record);
    const { version } = (await records.get(record.id))!;
    await records.replace(ended(record, 'cancelled', startOfTime), version);
    await records.remove(record.id);
    expect(await records.removeClaims(startOfTime, 10)).toBe(0);
    expect(await records.removeClaims(startOfTime + 1, 10)).toBe(1);
    const rows = TableClient.fromConnectionString(connectionString, 'emptied', { allowInsecureConnection: true });
    for await (const row of rows.listEntities()) throw new Error(`left: ${row.rowKey ?? ''}`);
  });

  it('pages through more than the service gives at once', async () => {
    const records = open('many');
    const newId = idSource();
    for (let n = 0; n < 40; n++)
      await Promise.all(Array.from({ length: 30 }, () => records.insert(activeRecord(newId()))));
    expect(await records.listActive()).toHaveLength(1200);
    expect(await records.list({}, 1100, undefined)).toHaveLength(1100);
  });
});

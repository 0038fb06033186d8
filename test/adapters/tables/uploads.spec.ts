import { TableClient, TableServiceClient } from '@azure/data-tables';
import { indexedBy, tableIndexes } from '../../../src/adapters/tables/indexes';
import { recordKeys } from '../../../src/adapters/tables/rows';
import { tableUploadRecords, TableUploadRecords } from '../../../src/adapters/tables/uploads';
import { activeRecord, ended, idSource, startOfTime } from '../../functions/support/sampleRecord';
import { uploadRecordsSuite } from '../../functions/support/uploadRecordsSuite';
import { ownStorage } from '../../support/storage';

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

  const rowsLeft = async (prefix: string): Promise<string[]> => {
    const left: string[] = [];
    const service = TableServiceClient.fromConnectionString(connectionString, { allowInsecureConnection: true });
    for (const table of ['', 'Claims', 'ByItem', 'ByReference', 'ByState']) {
      await service.createTable(prefix + table); // what was never needed has no rows
      const client = TableClient.fromConnectionString(connectionString, prefix + table, {
        allowInsecureConnection: true,
      });
      for await (const row of client.listEntities()) left.push(`${table} ${row.partitionKey ?? ''}`);
    }
    return left;
  };

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
    expect(await rowsLeft('emptied')).toEqual([]);
  });

  it.each(['{"id":', '{}', 'null', ''])(
    'leaves out of every list a record that cannot be read, and tells of it: %j',
    async (json0) => {
      const unreadable: string[] = [];
      const name = `unreadable${++tables}`;
      const records = tableUploadRecords({ connectionString }, name, (rowKey) => unreadable.push(rowKey));
      const newId = idSource();
      const [broken, right] = [activeRecord(newId(), { reference: 'r' }), activeRecord(newId(), { reference: 'r' })];
      for (const record of [broken, right]) await records.insert(record);
      const table = TableClient.fromConnectionString(connectionString, name, { allowInsecureConnection: true });
      await table.updateEntity({ ...recordKeys(broken.id), json0 }, 'Merge');
      const lists = [records.listActive(), ...[{}, { reference: 'r' }].map((by) => records.list(by, 10, undefined))];
      for (const list of lists) expect((await list).map(({ id }) => id)).toEqual([right.id]);
      expect(new Set(unreadable)).toEqual(new Set([recordKeys(broken.id).rowKey]));
      expect(await records.repairIndexes(startOfTime + 86_400_000)).toBe(1); // from now on nobody looks at it
      unreadable.length = 0;
      expect([(await records.listActive()).length, unreadable]).toEqual([1, []]);
    },
  );

  it('knows what it wrote lately, and of what another process wrote since only that it does not know', async () => {
    const [mine, others] = [open('lately'), open('lately')];
    const record = activeRecord(idSource()());
    expect(mine.lately?.(record.id)).toBeUndefined();
    await mine.insert(record);
    const inserted = mine.lately?.(record.id);
    expect(inserted).toEqual(await others.get(record.id));
    await mine.replace({ ...record, resumes: 1 }, inserted?.version ?? '');
    const written = mine.lately?.(record.id);
    expect(written).toEqual(await others.get(record.id));

    await others.replace({ ...record, resumes: 2 }, written?.version ?? '');
    expect(await mine.replace({ ...record, resumes: 3 }, written?.version ?? '')).toBe(false);
    expect(mine.lately?.(record.id)).toBeUndefined();
    expect((await mine.get(record.id))?.value.resumes).toBe(2);
    expect(mine.lately?.(record.id)?.value.resumes).toBe(2);
    await mine.remove(record.id);
    expect(mine.lately?.(record.id)).toBeUndefined();
  });

  it('skips index rows that a crash left without a record, and takes them away once they are old', async () => {
    const records = open('crashed');
    const id = idSource()();
    const uploads = tableIndexes({ connectionString }, 'crashed');
    await uploads.add(indexedBy(activeRecord(id, { reference: 'r' })), 'active'); // insert, ended before the record
    expect([await records.list({ reference: 'r' }, 9, undefined), await records.listActive()]).toEqual([[], []]);
    expect([await records.repairIndexes(startOfTime), (await rowsLeft('crashed')).length]).toEqual([0, 3]);
    expect([await records.repairIndexes(startOfTime + 86_400_000), await rowsLeft('crashed')]).toEqual([1, []]);
  });

  it('shows an upload by its record alone while a crash left it in the indexes of two states', async () => {
    const records = open('between');
    const record = activeRecord(idSource()());
    await records.insert(record);
    const indexes = tableIndexes({ connectionString }, 'between');
    await indexes.addState(indexedBy(record), 'failed'); // replace, ended before the record
    expect([await records.list({ status: 'failed' }, 9, undefined), (await records.listActive()).length]).toEqual([
      [],
      1,
    ]);
    const { version } = (await records.get(record.id))!;
    await records.replace(ended(record, 'failed', startOfTime), version);
    await indexes.addState(indexedBy(record), 'active'); // replace, ended before the last step
    expect([(await records.list({ status: 'failed' }, 9, undefined)).length, await records.listActive()]).toEqual([
      1,
      [],
    ]);
    expect(await records.repairIndexes(startOfTime + 86_400_000)).toBe(1);
    expect((await rowsLeft('between')).sort()).toEqual([
      ' uploads',
      `ByItem ${indexedBy(record).item}`,
      'ByState failed',
    ]);
  });

  it('pages through more than the service gives at once', async () => {
    const records = open('many');
    const newId = idSource();
    for (let n = 0; n < 34; n++)
      await Promise.all(Array.from({ length: 30 }, () => records.insert(activeRecord(newId()))));
    expect(await records.listActive()).toHaveLength(1020);
    expect(await records.list({}, 1010, undefined)).toHaveLength(1010);
  }, 90_000); // six thousand rows, however slow the machine is
});

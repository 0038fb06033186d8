import { TableClient } from '@azure/data-tables';
import { openTable } from '../../../src/adapters/tables/access';
import { tableDeliveries } from '../../../src/adapters/tables/deliveries';
import { inverted } from '../../../src/adapters/tables/rows';
import { tableUploadRecords } from '../../../src/adapters/tables/uploads';
import type { DeliveryInput, DeliveryRecord } from '../../../src/core/delivery/record';
import type { DeliveryRecords } from '../../../src/core/delivery/ports';
import { memoryDeliveries } from '../../functions/support/memoryDeliveries';
import { activeRecord, idSource, sampleRequest, startOfTime } from '../../functions/support/sampleRecord';
import { ownStorage } from '../../support/storage';

const newId = idSource();

function delivery(changes: Partial<DeliveryRecord> = {}): DeliveryRecord {
  const id = newId();
  const request: DeliveryRecord['request'] = {
    id,
    target: { kind: 'newDraft', mailbox: 'users/megan@contoso.com' },
    uploads: [newId()],
    send: true,
    onFailure: 'remove',
    reference: 'Größe 4711',
    source: 'delivery',
    warnings: [],
    createdAt: startOfTime,
    policy: { settleMs: 60_000, deadlineMs: 86_400_000 },
  };
  const facts = { createsBegun: 0, sendsBegun: 0 };
  return { id, request, state: 'active', resumes: 0, facts, updatedAt: startOfTime, ...changes };
}

function ended(record: DeliveryRecord, endedAt: number): DeliveryRecord {
  const end = { status: 'succeeded' as const, item: 'x', sent: true, timeline: [], endedAt };
  return { ...record, state: 'succeeded', end };
}

const input = (text = 'short'): DeliveryInput => ({
  message: { subject: 'Q3', body: { content: text } },
  uploads: [sampleRequest(newId(), { item: null })],
});

/** What every store of deliveries does. */
function suite(open: () => DeliveryRecords): void {
  it('keeps a record and its input, inserted once', async () => {
    const records = open();
    const record = delivery();
    const first = input();
    expect(await records.insert(record, first)).toBe(true);
    expect((await records.get(record.id))?.value).toEqual(record);
    expect(await records.input(record.id)).toEqual(first);
    expect([await records.get(newId()), await records.input(newId()), await records.get('x/y')]).toEqual(
      Array(3).fill(undefined),
    );
  });

  it('replaces only the version that was read', async () => {
    const records = open();
    const record = delivery();
    const first = input();
    await records.insert(record, first);
    const { version } = (await records.get(record.id))!;
    expect(await records.replace({ ...record, resumes: 1 }, version)).toBe(true);
    expect(await records.replace({ ...record, resumes: 2 }, version)).toBe(false);
    expect((await records.get(record.id))?.value.resumes).toBe(1);
    expect(await records.input(record.id)).toEqual(first);
  });

  it('lists the newest first, by state, item, reference and person, page by page', async () => {
    const records = open();
    const asked = (name: string) => ({ id: name, name: `${name}@contoso.com` });
    const at = (item: string, more: Partial<DeliveryRecord['request']>) => {
      const record = delivery();
      return { ...record, request: { ...record.request, target: { kind: 'item', item } as const, ...more } };
    };
    const first = at('users/a@b.c/messages/A=', { reference: 'r1', requestedBy: asked('megan') });
    const second = at('users/a@b.c/messages/A=', { reference: 'r2' });
    const draft = delivery();
    for (const record of [first, second, draft]) await records.insert(record, input());
    await records.replace(ended(second, startOfTime + 5), (await records.get(second.id))!.version);
    const ids = async (...args: Parameters<DeliveryRecords['list']>) =>
      (await records.list(...args)).map(({ id }) => id);
    expect(await ids({}, 10, undefined)).toEqual([draft.id, second.id, first.id]);
    expect(await ids({}, 1, draft.id)).toEqual([second.id]);
    expect(await ids({ status: 'running' }, 10, undefined)).toEqual([draft.id, first.id]);
    expect(await ids({ status: 'succeeded' }, 10, undefined)).toEqual([second.id]);
    expect(await ids({ reference: 'r1' }, 10, undefined)).toEqual([first.id]);
    expect(await ids({ requestedBy: 'megan' }, 10, undefined)).toEqual([first.id]);
    expect(await ids({ requestedBy: 'megan', status: 'failed' }, 10, undefined)).toEqual([]);
    expect(await ids({ item: 'users/a@b.c/messages/A=' }, 10, undefined)).toEqual([first.id]); // the other one ended as x
    await records.remove(first.id);
    expect(await ids({ reference: 'r1' }, 10, undefined)).toEqual([]);
  });

  it('finds a delivery by the draft that it has made since', async () => {
    const records = open();
    const record = delivery();
    await records.insert(record, input());
    const item = 'users/megan@contoso.com/messages/AAMkDraft=';
    expect(await records.list({ item }, 10, undefined)).toEqual([]);
    const facts = { ...record.facts, draft: { id: 'AAMkDraft=', item, isMarked: true } };
    await records.replace({ ...record, facts }, (await records.get(record.id))!.version);
    expect((await records.list({ item }, 10, undefined)).map(({ id }) => id)).toEqual([record.id]);
  });

  it('lists what is active, and what has ended', async () => {
    const records = open();
    const [a, b, c] = [delivery(), delivery(), delivery()];
    for (const one of [a, b, c]) await records.insert(one, input());
    await records.replace(ended(a, startOfTime + 5), (await records.get(a.id))!.version);
    expect((await records.listActive()).map(({ id }) => id)).toEqual([c.id, b.id]);
    expect((await records.listActive((newestFirst) => newestFirst.slice(1))).map(({ id }) => id)).toEqual([b.id]);
    const later = startOfTime + 365 * 86_400_000;
    const endedBefore = async (time: number): Promise<string[]> => {
      const found: string[] = [];
      for await (const page of records.listEnded(time)) found.push(...page.map(({ id }) => id));
      return found;
    };
    expect(await endedBefore(later)).toEqual([a.id]);
    expect(await endedBefore(startOfTime + 5)).toEqual([]);
    await records.remove(a.id);
    expect(await records.get(a.id)).toBeUndefined();
  });
}

describe('deliveries in memory', () => suite(memoryDeliveries));

describe('deliveries in tables', () => {
  let connectionString: string;
  let tables = 0;
  beforeAll(async () => {
    connectionString = await ownStorage();
  });
  const open = (name = `deliveries${++tables}`): DeliveryRecords => tableDeliveries({ connectionString }, name);

  suite(() => open());

  it('leaves out of every list a record that cannot be read, and tells of it', async () => {
    const unreadable: string[] = [];
    const name = `unreadable${++tables}`;
    const records = tableDeliveries({ connectionString }, name, (rowKey) => unreadable.push(rowKey));
    const [broken, right] = [delivery(), delivery()];
    for (const record of [broken, right]) await records.insert(record, input());
    const table = TableClient.fromConnectionString(connectionString, name, { allowInsecureConnection: true });
    const keys = { partitionKey: 'deliveries', rowKey: inverted(broken.id) };
    await table.updateEntity({ ...keys, json0: '{"id":' }, 'Merge');
    for (const list of [records.listActive(), records.list({}, 10, undefined)])
      expect((await list).map(({ id }) => id)).toEqual([right.id]);
    expect(new Set(unreadable)).toEqual(new Set([keys.rowKey]));
  });

  it('keeps a message of 4 MB in any language', async () => {
    const records = open();
    const record = delivery();
    const large = input('ü漢'.repeat(350_000) + 'x'.repeat(1_000_000));
    await records.insert(record, large);
    expect(await records.input(record.id)).toEqual(large);
    await records.remove(record.id);
  });

  it('keeps the input of the one that won, of two inserts of one id at the same instant', async () => {
    const records = open();
    const record = delivery();
    const [a, b] = [input('a'.repeat(500_000)), input('b'.repeat(1_000_000))];
    const won = await Promise.all([records.insert(record, a), records.insert(record, b)]);
    expect([...won].sort()).toEqual([false, true]);
    expect(await records.input(record.id)).toEqual(won[0] ? a : b);
  });

  it('repairs what an insert left that died on its way, and leaves the rest', async () => {
    const records = open('dying');
    const kept = delivery();
    await records.insert(kept, input());
    const dead = { partitionKey: 'deliveries', rowKey: inverted(newId()) };
    const active = openTable({ connectionString }, 'dyingActive');
    const inputs = openTable({ connectionString }, 'dyingInputs');
    await active.put(dead);
    await inputs.put({ partitionKey: dead.rowKey, rowKey: 'x 0000' });
    await records.repair(startOfTime - 1_000); // they are too young
    expect(await active.get(dead)).toBeDefined();
    await records.repair(startOfTime + 86_400_000);
    expect(await active.get(dead)).toBeUndefined();
    expect(await inputs.get({ partitionKey: dead.rowKey, rowKey: 'x 0000' })).toBeUndefined();
    expect((await records.listActive()).map(({ id }) => id)).toEqual([kept.id]);
  });
});

it('an upload whose draft is made later is found by its item from then on', async () => {
  const records = tableUploadRecords({ connectionString: await ownStorage() }, 'placed');
  const record = activeRecord(newId(), { item: null, delivery: 'd' });
  const item = 'users/megan@contoso.com/messages/AAMk=';
  await records.insert(record);
  expect(await records.list({ item }, 10, undefined)).toEqual([]);
  const { version } = (await records.get(record.id))!;
  await records.replace({ ...record, request: { ...record.request, item } }, version);
  expect((await records.list({ item }, 10, undefined)).map(({ id }) => id)).toEqual([record.id]);
  await records.remove(record.id);
  expect(await records.list({ item }, 10, undefined)).toEqual([]);
});

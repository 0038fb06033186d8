import type { DeliveryEnd, DeliveryRecord } from '../../../src/core/delivery/record';
import { Item, parseItemPath } from '../../../src/core/items/path';
import { writeReceipt } from '../../../src/app/uploads/receipt';
import { startFromOutbox } from '../../../src/app/upkeep/startFromOutbox';
import { keysOf } from '../../../src/app/uploads/keys';
import { purgeFinished } from '../../../src/functions/timers/purgeFinished';
import { OutboxWorld, outboxWorld } from '../outbox/support/outboxWorld';
import { activeRecord, ended, startOfTime } from '../support/sampleRecord';

const deliveryRecord = (id: string, end: DeliveryEnd | undefined): DeliveryRecord => ({
  id,
  request: {
    id,
    target: { kind: 'item', item: 'users/megan@contoso.com/messages/A' },
    uploads: [],
    send: true,
    onFailure: 'remove',
    reference: null,
    source: 'delivery',
    warnings: [],
    createdAt: startOfTime,
    policy: { settleMs: 60_000, deadlineMs: 86_400_000 },
  },
  state: end?.status ?? 'active',
  resumes: 0,
  facts: { createsBegun: 0, sendsBegun: 0 },
  ...(end ? { end } : {}),
  updatedAt: startOfTime,
});
const anyMessage = parseItemPath('users/a@contoso.com/messages/A');
const keysIn = (owner: string) => keysOf((anyMessage as { item: Item }).item, owner);
const day = 86_400_000;
const name = 'users/megan@contoso.com/messages/A/file.pdf';

describe('retention', () => {
  let w: OutboxWorld;
  let failures: unknown[];
  beforeEach(() => {
    w = outboxWorld();
    failures = [];
  });
  const purge = () => purgeFinished(w.deps, (cause) => failures.push(cause));
  /** An upload that ended now. */
  const endedNow = async (): Promise<string> => {
    const id = w.deps.newId();
    await w.records.insert({
      ...ended(activeRecord(id), 'succeeded', w.deps.clock()),
      keys: keysIn('megan@contoso.com'),
    });
    w.instances.set(id, { runtimeStatus: 'Completed', customStatus: null, createdAt: 0 });
    return id;
  };

  it('removes records and histories that ended more than RETENTION_DAYS ago, and no others', async () => {
    await endedNow();
    w.later(20 * day);
    const younger = await endedNow();
    const active = w.deps.newId();
    await w.records.insert(activeRecord(active));
    w.instances.set(active, { runtimeStatus: 'Running', customStatus: null, createdAt: 0 });
    w.later(10 * day + 1);
    await purge();
    expect((await w.uploads()).map(({ id }) => id)).toEqual([active, younger]);
    expect([...w.instances.keys()].sort()).toEqual([younger, active].sort());
    expect(failures).toEqual([]);
  });

  it('sweeps the mailbox of every upload that it purges, each once', async () => {
    const insert = (item: string | null): Promise<boolean> => {
      const keys = item === null ? {} : { keys: keysIn(item.split('/')[1]!.toLowerCase()) };
      return w.records.insert({
        ...ended(activeRecord(w.deps.newId(), { item }), 'succeeded', w.deps.clock()),
        ...keys,
      });
    };
    for (const item of ['Megan@contoso.com/messages/A', 'megan@contoso.com/messages/B', 'alex@contoso.com/events/A'])
      await insert(`users/${item}`);
    await insert(null); // its delivery made no draft
    w.later(31 * day);
    await purge();
    expect(w.swept).toHaveLength(2);
    expect(new Set(w.swept)).toEqual(new Set(w.swept.filter((one) => /^mailbox [0-9a-f]{32}$/.test(one))));
    expect([await w.uploads(), failures]).toEqual([[], []]);
  });

  it('keeps the record that leads to a mailbox until nothing is left of it, and none for a sweep that failed', async () => {
    let left: 'later' | 'done' = 'later';
    const sweepEntity = (_name: string, key: string): Promise<'later' | 'done'> =>
      key === failing ? Promise.reject(new Error('Durable gave no answer')) : Promise.resolve(left);
    const keys = keysIn('alex@contoso.com');
    const failing = keys.mailbox;
    const id = await endedNow();
    const request = { item: 'users/alex@contoso.com/messages/A' };
    await w.records.insert({ ...ended(activeRecord(w.deps.newId(), request), 'failed', w.deps.clock()), keys });
    w.later(31 * day);
    const again = () =>
      purgeFinished({ ...w.deps, instances: { ...w.deps.instances, sweepEntity } }, (cause) => failures.push(cause));
    await again();
    expect((await w.uploads()).map((upload) => upload.id)).toEqual([id]);
    expect([w.instances.has(id), failures.length]).toEqual([true, 1]);
    left = 'done';
    await again();
    expect(await w.uploads()).toEqual([]);
  });

  it('goes through more than one batch', async () => {
    for (let n = 0; n < 1200; n++) await endedNow();
    w.later(31 * day);
    await purge();
    expect([(await w.uploads()).length, w.instances.size]).toEqual([0, 0]);
  });

  it('leaves an execution alone that is still on its way out', async () => {
    const id = await endedNow();
    w.instances.set(id, { runtimeStatus: 'Running', customStatus: null, createdAt: 0 });
    w.later(31 * day);
    await purge();
    expect((await w.uploads()).map((upload) => upload.id)).toEqual([id]);
    w.instances.set(id, { runtimeStatus: 'Completed', customStatus: null, createdAt: 0 });
    await purge();
    expect(await w.uploads()).toEqual([]);
  });

  it('removes claims a deadline later: an upload may have taken that long', async () => {
    w.later(31 * day);
    await purge();
    expect(w.purgedClaims).toEqual([w.deps.clock() - 31 * day]);
  });

  it('keeps the receipt of a blob that is there, and with it the promise', async () => {
    w.outbox.put(name);
    await startFromOutbox(name, w.deps);
    await w.end(w.started[0]!, 'succeeded'); // its receipt was never written: purging the record must not lose it
    w.later(100 * day);
    await purge();
    expect(await w.uploads()).toEqual([]);
    expect(w.outbox.receiptOf(name)).toMatchObject({ state: 'ended', body: { status: 'succeeded' } });
    expect(await startFromOutbox(name, w.deps)).toBe('done');
    expect(w.started).toHaveLength(1);
  });

  it('removes the receipt of a blob that is gone, once it is old', async () => {
    w.outbox.put(name);
    await startFromOutbox(name, w.deps);
    await writeReceipt(await w.end(w.started[0]!, 'succeeded'), undefined, w.deps);
    w.outbox.removeBlob(name);
    w.later(30 * day - 1);
    await purge();
    expect(w.outbox.receiptOf(name)).toBeDefined();
    w.later(2);
    await purge();
    expect(w.outbox.receiptOf(name)).toBeUndefined();
  });

  it('keeps the receipt of a blob that is gone while its upload is under way', async () => {
    w.outbox.put(name);
    await startFromOutbox(name, w.deps);
    w.outbox.removeBlob(name);
    w.later(31 * day);
    await purge();
    expect(w.outbox.receiptOf(name)).toBeDefined();
  });

  it('removes deliveries as it does uploads, and keeps the uploads of one that is under way', async () => {
    const insertDelivery = async (end?: DeliveryEnd): Promise<string> => {
      const id = w.deps.newId();
      await w.deliveries.insert(deliveryRecord(id, end), { message: null, uploads: [] });
      w.instances.set(id, { runtimeStatus: end ? 'Completed' : 'Running', customStatus: null, createdAt: 0 });
      return id;
    };
    const endedAt = w.deps.clock();
    const over = await insertDelivery({ status: 'succeeded', item: null, sent: true, timeline: [], endedAt });
    const underWay = await insertDelivery();
    for (const delivery of [over, underWay]) {
      const id = w.deps.newId();
      await w.records.insert(ended(activeRecord(id, { delivery }), 'succeeded', endedAt));
    }
    w.later(30 * day + 1);
    await purge();
    expect(w.deliveries.all().map(({ id }) => id)).toEqual([underWay]);
    expect([...w.instances.keys()]).toEqual([underWay]);
    expect((await w.uploads()).map(({ request }) => request.delivery)).toEqual([underWay]);
    expect(failures).toEqual([]);
  });

  it('does not let one part that fails keep the others back', async () => {
    const id = await endedNow();
    const other = await endedNow();
    w.later(31 * day);
    const instances = {
      ...w.deps.instances,
      purge: async (instance: string) => {
        if (instance === id) throw new Error('Durable gave no answer');
        await w.deps.instances.purge(instance);
      },
    };
    const receipts = { ...w.deps.receipts, list: async () => Promise.reject(new Error('Blob storage: 503')) };
    await purgeFinished({ ...w.deps, instances, receipts }, (cause) => failures.push(cause));
    expect((await w.uploads()).map((upload) => upload.id)).toEqual([id]);
    expect([w.instances.has(other), failures.length]).toEqual([false, 2]);
    expect(w.purgedClaims).toHaveLength(1);
  });

  it('can be done twice, and stops in time', async () => {
    for (let n = 0; n < 20; n++) await endedNow();
    w.later(31 * day);
    const instances = {
      ...w.deps.instances,
      purge: async (instance: string) => {
        w.later(20_000);
        await w.deps.instances.purge(instance);
      },
    };
    const slow = { ...w.deps, instances };
    await purgeFinished(slow, (cause) => failures.push(cause));
    const left = (await w.uploads()).length;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(20);
    await Promise.all([purge(), purge()]);
    expect([await w.uploads(), failures]).toEqual([[], []]);
  });
});

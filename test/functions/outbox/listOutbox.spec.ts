import { listOutbox } from '../../../src/functions/timers/listOutbox';
import { startFromOutbox } from '../../../src/app/upkeep/startFromOutbox';
import { OutboxWorld, outboxWorld } from './support/outboxWorld';

const nameOf = (n: number): string => `users/megan@contoso.com/messages/A${n}/file.pdf`;

describe('the listing of the outbox', () => {
  let w: OutboxWorld;
  let failures: unknown[];
  beforeEach(() => {
    w = outboxWorld();
    failures = [];
  });
  const list = () => listOutbox(w.deps, (cause) => failures.push(cause));
  const put = (count: number): void => {
    for (let n = 0; n < count; n++) w.outbox.put(nameOf(n));
  };

  it('starts every blob that no trigger told of, once', async () => {
    put(30);
    await list();
    await list();
    expect(w.started).toHaveLength(30);
    expect(await w.uploads()).toHaveLength(30);
    expect(failures).toEqual([]);
  });

  it('starts a version that was written after the one with a receipt', async () => {
    put(1);
    await list();
    const etag = w.outbox.put(nameOf(0));
    await list();
    expect(w.started).toHaveLength(2);
    expect(w.outbox.receiptOf(nameOf(0))).toMatchObject({ etag, uploadId: w.started[1] });
  });

  it('asks nothing more about blobs that had their turn, however many there are', async () => {
    put(2000);
    await list();
    for (const id of w.started) await w.end(id, 'succeeded');
    for (let run = 0; run < 8; run++) await list(); // writes the outcomes, five hundred a run, and reads them
    const before = { ...w.outbox.calls };
    await list();
    expect(w.outbox.calls).toEqual({ ...before, listOutbox: (before['listOutbox'] ?? 0) + 2 }); // two pages
    expect(before['list']).toBe(1); // before there was any receipt
  });

  it('looks at five hundred uploads under way in each run, in turn, and at every blob that is new', async () => {
    put(1200);
    await list(); // starts them
    await list(); // finds them under way
    const looks = (): number => w.outbox.calls['find'] ?? 0;
    for (const id of w.started) await w.end(id, 'succeeded');
    const before = looks();
    w.outbox.put(nameOf(1200));
    await list();
    expect(w.started).toHaveLength(1201);
    expect(looks() - before).toBeLessThan(1010); // each again before it is written
    for (let run = 0; run < 5; run++) await list();
    const told = Array.from({ length: 1200 }, (_, n) => w.outbox.receiptOf(nameOf(n))?.state);
    expect(new Set(told)).toEqual(new Set(['ended']));
  });

  it('knows after a restart from the receipts which blobs had their turn', async () => {
    put(30);
    await list();
    for (const id of w.started) await w.end(id, 'succeeded');
    await list();
    const before = w.outbox.calls['find'];
    await listOutbox({ ...w.deps, receipts: { ...w.deps.receipts } }, (cause) => failures.push(cause));
    expect(w.outbox.calls['find']).toBe(before);
    expect(w.started).toHaveLength(30);
  });

  it('looks at a part of a large outbox in each run, and comes round', async () => {
    w.outbox.pageSize = 2; // ten pages a run
    put(50);
    for (const expected of [20, 40, 50, 50]) {
      await list();
      expect(w.started).toHaveLength(expected);
    }
    w.outbox.put(nameOf(25));
    for (let run = 0; run < 3; run++) await list();
    expect(w.started).toHaveLength(51);
  });

  it('starts a refused version again once somebody has removed the refusal', async () => {
    w.outbox.put('no item/file.pdf');
    await list();
    await list();
    expect(w.outbox.receiptOf('no item/file.pdf')).toMatchObject({ state: 'refused' });
    w.outbox.removeReceipt('no item/file.pdf');
    await list();
    expect(w.outbox.receiptOf('no item/file.pdf')).toMatchObject({ state: 'refused' });
  });

  it('shows in the receipt how an upload stands while it runs, and an outcome whose receipt was never written', async () => {
    put(1);
    await list();
    const id = w.started[0]!;
    w.runs(id, { status: 'running', bytesSent: 5 });
    await list();
    expect(w.outbox.receiptOf(nameOf(0))).toMatchObject({
      state: 'accepted',
      body: { status: 'running', progress: { bytesSent: 5 } },
    });
    await w.end(id, 'failed');
    await list();
    expect(w.outbox.receiptOf(nameOf(0))).toMatchObject({ state: 'ended', body: { status: 'failed' } });
  });

  it('leaves a receipt whose record is gone as it is', async () => {
    put(1);
    await list();
    w.records.all.clear();
    await list();
    expect(w.outbox.receiptOf(nameOf(0))).toMatchObject({ state: 'accepted' });
    expect(w.started).toHaveLength(1);
  });

  it('goes on with the others where one cannot be started, and comes back to it', async () => {
    put(3);
    let broken = true;
    const head = w.deps.blobs.head.bind(w.deps.blobs);
    const blobs = {
      ...w.deps.blobs,
      head: async (container: string, name: string) =>
        broken && name === nameOf(1) ? ({ kind: 'unreachable' } as const) : head(container, name),
    };
    await listOutbox({ ...w.deps, blobs }, (cause) => failures.push(cause));
    expect([w.started.length, failures.length]).toEqual([2, 1]);
    broken = false;
    await list();
    expect(w.started).toHaveLength(3);
  });

  it('stops in time, and the next run goes on', async () => {
    put(40);
    w.outbox.before = (operation) => {
      if (operation === 'write') w.later(5_000); // slow storage
    };
    await list();
    const first = w.started.length;
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(40);
    for (let run = 0; run < 20; run++) await list();
    expect(new Set(w.started).size).toBe(40);
    expect(failures).toEqual([]);
  });

  it('does not disturb triggers that fire meanwhile', async () => {
    put(20);
    await Promise.all([list(), list(), ...Array.from({ length: 20 }, (_, n) => startFromOutbox(nameOf(n), w.deps))]);
    expect(await w.uploads()).toHaveLength(20);
    expect(failures).toEqual([]);
  });
});

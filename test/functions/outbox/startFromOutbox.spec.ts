import { acceptUpload } from '../../../src/app/intake/acceptUpload';
import { writeReceipt } from '../../../src/app/uploads/receipt';
import { startFromOutbox } from '../../../src/app/upkeep/startFromOutbox';
import { outboxRequest } from '../../../src/functions/outbox/outboxRequest';
import { OutboxWorld, outboxWorld } from './support/outboxWorld';

const day = 86_400_000;
const name = 'users/megan%40contoso.com/messages/AAMkAD%3D/q3.pdf';

describe('a blob in the outbox', () => {
  let w: OutboxWorld;
  beforeEach(() => (w = outboxWorld()));
  const start = (blobName = name) => startFromOutbox(blobName, w.deps);
  const receipt = (blobName = name) => w.outbox.receiptOf(blobName);
  const problem = (blobName = name) => receipt(blobName)?.body as { code: string; status: number; detail: string };

  it('is an upload of its version, with the item of its name and the options of its metadata', async () => {
    const metadata = { contentid: 'logo', isinline: 'true', name: 'Q3 final.pdf', reference: 'order 4711', other: 'x' };
    const etag = w.outbox.put(name, { metadata, sizeBytes: 5_000_000 });
    expect(await start()).toBe('accepted');
    const [record] = await w.uploads();
    expect(record?.request).toMatchObject({
      blob: { container: 'outbox', name, etag },
      item: 'users/megan%40contoso.com/messages/AAMkAD%3D',
      name: 'Q3 final.pdf',
      isInline: true,
      contentId: 'logo',
      reference: 'order 4711',
      source: 'outbox',
      sizeBytes: 5_000_000,
    });
    expect(w.started).toEqual([record!.id]);
    expect(receipt()).toMatchObject({ etag, state: 'accepted', uploadId: record!.id, body: { status: 'queued' } });
  });

  it('has its own last segment as its name, taken literally', async () => {
    const literal = 'users/megan@contoso.com/messages/A/100%25 done.pdf';
    w.outbox.put(literal);
    await start(literal);
    expect((await w.uploads())[0]?.request.name).toBe('100%25 done.pdf');
  });

  it.each([2, 10])('gives one upload where its trigger fires %i times at once', async (times) => {
    w.outbox.put(name);
    const outcomes = await Promise.all(Array.from({ length: times }, () => start()));
    expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(1);
    expect(new Set(w.started).size).toBe(1);
    expect(await w.uploads()).toHaveLength(1);
    expect(receipt()).toMatchObject({ state: 'accepted', uploadId: w.started[0] });
  });

  it('gives one upload where its trigger fires ten times, one after another', async () => {
    w.outbox.put(name);
    for (let n = 0; n < 10; n++) expect(await start()).toBe(n === 0 ? 'accepted' : 'done');
    expect(await w.uploads()).toHaveLength(1);
  });

  it('is not started again after its record, its claims and its history were purged', async () => {
    w.outbox.put(name);
    await start();
    const record = await w.end(w.started[0]!, 'succeeded');
    await writeReceipt(record, undefined, w.deps);
    const later = outboxWorld(); // nothing is left of it but its receipt
    later.later(60 * day);
    expect(await startFromOutbox(name, { ...later.deps, receipts: w.deps.receipts, blobs: w.deps.blobs })).toBe('done');
    expect(await later.uploads()).toEqual([]);
  });

  it('is not started again after its upload failed, also where its receipt was removed by hand', async () => {
    w.outbox.put(name);
    await start();
    const record = await w.end(w.started[0]!, 'failed');
    await writeReceipt(record, undefined, w.deps);
    expect(await start()).toBe('done');
    w.outbox.removeReceipt(name);
    expect(await start()).toBe('accepted');
    expect(await w.uploads()).toHaveLength(1);
    expect(receipt()).toMatchObject({ state: 'ended', body: { status: 'failed' } });
  });

  it('gives another upload for each version of one name', async () => {
    w.outbox.put(name);
    await start();
    const second = w.outbox.put(name);
    expect(await start()).toBe('accepted');
    expect(w.started).toHaveLength(2);
    expect(receipt()).toMatchObject({ etag: second, uploadId: w.started[1] });
  });

  it('is one upload with the same file through HTTP, and its receipt shows that one', async () => {
    w.outbox.put(name);
    const head = await w.deps.blobs.head('outbox', name);
    if (head.kind !== 'blob') throw new Error(head.kind);
    const byHttp = await acceptUpload({ ...outboxRequest(name, head), source: 'http' }, w.deps);
    expect(await start()).toBe('accepted');
    expect(await w.uploads()).toHaveLength(1);
    expect(receipt()).toMatchObject({ uploadId: byHttp.record.id, body: { source: 'http' } });
    const record = await w.end(byHttp.record.id, 'succeeded');
    await writeReceipt(record, undefined, w.deps);
    expect(receipt()).toMatchObject({ state: 'ended', body: { status: 'succeeded' } });
  });

  it.each([
    ['q3.pdf', {}, 'InvalidItem'],
    ['reports/2026/q3.pdf', {}, 'InvalidItem'],
    ['users/megan@contoso.com/messages/A/', {}, 'InvalidRequest'],
    ['users/megan@contoso.com/messages/A/q3.pdf', { metadata: { isinline: 'yes' } }, 'InvalidRequest'],
    ['users/megan@contoso.com/messages/A/q3.pdf', { metadata: { name: 'x'.repeat(256) } }, 'InvalidRequest'],
    ['users/adele@fabrikam.com/messages/A/q3.pdf', {}, 'MailboxNotAllowed'],
    ['users/megan@contoso.com/messages/A/q3.pdf', { sizeBytes: 0 }, 'EmptyBlob'],
    ['users/megan@contoso.com/messages/A/q3.pdf', { sizeBytes: 157_286_401 }, 'AttachmentTooLarge'],
    ['users/megan@contoso.com/todo/lists/L/tasks/T/q3.pdf', { sizeBytes: 30_000_000 }, 'AttachmentTooLarge'],
    ['groups/G/events/E/q3.pdf', {}, 'AttachmentKindNotSupported'],
  ])('that cannot be attached gets a receipt with the problem and is left alone: %s %j', async (bad, options, code) => {
    const etag = w.outbox.put(bad, options);
    expect(await start(bad)).toBe('refused');
    expect(receipt(bad)).toMatchObject({ etag, state: 'refused', body: { code, retryable: false } });
    expect(await start(bad)).toBe('done');
    expect([w.started, await w.uploads()]).toEqual([[], []]);
    expect((await w.deps.blobs.head('outbox', bad)).kind).toBe('blob');
  });

  it('says in its receipt what is wrong with its metadata, all of it together', async () => {
    w.outbox.put('reports/q3.pdf', { metadata: { isinline: 'yes', contentid: '' } });
    await start('reports/q3.pdf');
    expect(problem('reports/q3.pdf')).toMatchObject({
      errors: [
        { pointer: 'blob name' },
        { pointer: 'metadata isinline', detail: 'It must be true or false, not "yes".' },
        { pointer: 'metadata contentid' },
      ],
    });
  });

  it('has another chance after a refusal when it is written again, or when its receipt is removed', async () => {
    w.outbox.put(name, { sizeBytes: 0 });
    await start();
    w.outbox.put(name);
    expect(await start()).toBe('accepted');
    const other = 'users/adele@fabrikam.com/messages/A/q3.pdf';
    w.outbox.put(other);
    await start(other);
    w.outbox.removeReceipt(other);
    const allowed = { ...w.deps, settings: { ...w.deps.settings, allowedMailboxes: ['*'] } };
    expect(await startFromOutbox(other, allowed)).toBe('accepted');
  });

  it('is no longer there, or is a folder: nothing happens', async () => {
    expect(await start()).toBe('gone');
    w.outbox.put('users', { sizeBytes: 0, metadata: { hdi_isfolder: 'true' } });
    expect(await start('users')).toBe('gone');
    expect([receipt(), receipt('users')]).toEqual([undefined, undefined]);
  });

  it('is a file where it has bytes, whatever its metadata say', async () => {
    w.outbox.put(name, { metadata: { hdi_isfolder: 'true' } });
    expect(await start()).toBe('accepted');
  });

  it('is started with its newest version where it is replaced in between', async () => {
    w.outbox.put(name);
    let second = '';
    w.outbox.before = (operation) => {
      if (operation !== 'write' || second !== '') return;
      second = w.outbox.put(name); // after the version was seen, before its receipt is written
    };
    expect(await start()).toBe('accepted');
    expect((await w.uploads()).map(({ request }) => request.blob?.etag)).toEqual([second]);
    expect(receipt()).toMatchObject({ etag: second, state: 'accepted' });
  });
});

describe('a crash on the way from the outbox', () => {
  /** Every call of receipts, blobs, records and Durable on the way: each of them can be the last that is done. */
  const operations = 16;

  it.each(Array.from({ length: operations }, (_, n) => n))(
    'after %i operations leaves what the next look repairs: one upload, told in the receipt',
    async (mostOperations) => {
      const w = outboxWorld();
      w.outbox.put(name);
      let left = mostOperations;
      const dying = <T extends object>(port: T): T =>
        new Proxy(port, {
          get:
            (target, key) =>
            (...args: unknown[]) => {
              if (left-- <= 0) return Promise.reject(new Error('crash'));
              return (Reflect.get(target, key) as (...args: unknown[]) => unknown)(...args);
            },
        });
      const { blobs, receipts, records, instances } = w.deps;
      await startFromOutbox(name, {
        ...w.deps,
        blobs: dying(blobs),
        receipts: dying(receipts),
        records: dying(records),
        instances: dying(instances),
      }).catch(() => undefined);
      await startFromOutbox(name, w.deps);
      const uploads = await w.uploads();
      expect(uploads).toHaveLength(1);
      expect(w.started.every((id) => id === uploads[0]!.id)).toBe(true);
      expect(w.outbox.receiptOf(name)).toMatchObject({ state: 'accepted', uploadId: uploads[0]!.id });
      if (mostOperations === operations - 1) expect(left).toBeGreaterThan(0); // so none was left out
    },
  );

  it('between receipt and start, and an end before the repair: the outcome stays, nothing is started again', async () => {
    const w = outboxWorld();
    w.outbox.put(name);
    let writes = 0;
    w.outbox.before = (operation) => {
      if (operation === 'write' && ++writes === 2) throw new Error('crash'); // accepted, and not told
    };
    await expect(startFromOutbox(name, w.deps)).rejects.toThrow('crash');
    w.outbox.before = () => undefined;
    expect(w.outbox.receiptOf(name)).toMatchObject({ state: 'accepting' });
    const record = await w.end(w.started[0]!, 'failed');
    await writeReceipt(record, undefined, w.deps);
    expect(await startFromOutbox(name, w.deps)).toBe('done');
    expect(w.outbox.receiptOf(name)).toMatchObject({ state: 'ended', body: { status: 'failed' } });
    expect(await w.uploads()).toHaveLength(1);
  });

  it('starts nothing that could not be told: where receipts cannot be written, there is no upload', async () => {
    const w = outboxWorld();
    w.outbox.put(name);
    w.outbox.before = (operation) => {
      if (operation === 'write') throw new Error('Blob storage: 403 AuthorizationPermissionMismatch');
    };
    await expect(startFromOutbox(name, w.deps)).rejects.toThrow('403');
    expect(await w.uploads()).toEqual([]);
  });

  it('is nothing that storage out of reach would turn into a refusal', async () => {
    const w = outboxWorld();
    w.outbox.put(name);
    const away = {
      ...w.outbox.blobs,
      head: async () => ({ kind: 'unreachable', detail: 'Blob storage: 503' }) as const,
    };
    await expect(startFromOutbox(name, { ...w.deps, blobs: away })).rejects.toThrow('503');
    expect(w.outbox.receiptOf(name)).toBeUndefined();
    let heads = 0;
    const awayLater = {
      ...w.outbox.blobs,
      head: async (container: string, blob: string) =>
        ++heads === 1 ? w.outbox.blobs.head(container, blob) : ({ kind: 'unreachable' } as const),
    };
    await expect(startFromOutbox(name, { ...w.deps, blobs: awayLater })).rejects.toThrow('ServiceUnavailable');
    expect(w.outbox.receiptOf(name)).toMatchObject({ state: 'accepting' });
    expect(await startFromOutbox(name, w.deps)).toBe('accepted');
  });
});

describe('the outcome of two versions', () => {
  it('never lets the older one overwrite the newer, whichever ends first', async () => {
    const w = outboxWorld();
    w.outbox.put(name);
    await startFromOutbox(name, w.deps);
    const second = w.outbox.put(name);
    await startFromOutbox(name, w.deps);
    const [older, newer] = w.started as [string, string];
    await writeReceipt(await w.end(older, 'failed'), undefined, w.deps);
    expect(w.outbox.receiptOf(name)).toMatchObject({ etag: second, state: 'accepted', uploadId: newer });
    await writeReceipt(await w.end(newer, 'succeeded'), undefined, w.deps);
    await writeReceipt((await w.records.get(older))!.value, undefined, w.deps);
    expect(w.outbox.receiptOf(name)).toMatchObject({ etag: second, state: 'ended', body: { status: 'succeeded' } });
  });

  it('is not mixed up where the newer one is taken while the older one writes its outcome', async () => {
    const w = outboxWorld();
    w.outbox.put(name);
    await startFromOutbox(name, w.deps);
    const record = await w.end(w.started[0]!, 'succeeded');
    let second: string | undefined;
    w.outbox.before = async (operation) => {
      if (operation !== 'write' || second !== undefined) return;
      second = w.outbox.put(name);
      await startFromOutbox(name, w.deps);
    };
    await writeReceipt(record, undefined, w.deps);
    expect(w.outbox.receiptOf(name)).toMatchObject({ etag: second, state: 'accepted', uploadId: w.started[1] });
  });

  it('is not written for blobs elsewhere', async () => {
    const w = outboxWorld();
    w.outbox.put('reports/q3.pdf', { container: 'uploads' });
    const wanted = {
      ...outboxRequest(name, { kind: 'blob', etag: '"0x1"', sizeBytes: 1, contentType: '', metadata: {} }),
    };
    const { record } = await acceptUpload(
      { ...wanted, blob: { container: 'uploads', name: 'reports/q3.pdf' }, source: 'http' },
      w.deps,
    );
    await writeReceipt(await w.end(record.id, 'succeeded'), undefined, w.deps);
    expect(w.outbox.calls).toEqual({ head: 1 });
  });
});

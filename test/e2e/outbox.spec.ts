import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { UploadView } from '../../local/parts/appClient';
import { putSampleBlob } from '../../local/parts/sampleBytes';
import { startApp, TestApp } from '../support/app';
import { outboxOf, until } from '../support/outboxFlow';

/** Whether that second of some minute began between these two times (ms). */
const hasStruck = (second: number, from: number, to: number): boolean =>
  Math.floor((from / 1000 - second) / 60) !== Math.floor((to / 1000 - second) / 60);

describe('the outbox, polled', () => {
  let app: TestApp;
  let outbox: ReturnType<typeof outboxOf>;
  beforeAll(async () => {
    app = await startApp({ polledOutbox: true });
    outbox = outboxOf(app);
  });
  const newItem = (mailbox = 'megan@contoso.com') => app.outlook.createItem(`users/${mailbox}/messages`);
  const uploadsOf = async (item: string): Promise<UploadView[]> =>
    (await app.call<{ value: UploadView[] }>('GET', `/api/uploads?item=${encodeURIComponent(item)}`)).body.value;

  it('attaches what is written into it, with the options of its metadata, and tells so in the receipt', async () => {
    const item = await newItem();
    const name = `${encodeURI(item)}/q3.pdf`;
    const metadata = { name: 'Q3.pdf', contentid: 'logo', isinline: 'true', reference: 'order 4711' };
    const sha256 = await outbox.put(name, randomBytes(5000), metadata);
    const receipt = await outbox.outcome(name);
    expect(receipt).toMatchObject({
      status: 'succeeded',
      source: 'outbox',
      reference: 'order 4711',
      attachment: { sha256, verified: true, method: 'post' },
    });
    const attached = await app.attachmentsOf(item);
    expect(attached).toMatchObject([{ name: 'Q3.pdf', sha256, isInline: true, contentId: 'logo' }]);
    expect(await uploadsOf(item)).toMatchObject([{ id: receipt.id, source: 'outbox', status: 'succeeded' }]);
    expect(await outbox.exists(name)).toBe(true);
  });

  it('shows the upload in the receipt while it runs', async () => {
    const item = await newItem('running@contoso.com');
    const busy = { status: 429, code: 'ApplicationThrottled', headers: { 'retry-after': '600' } };
    await app.faults({ on: { op: 'postAttachment', item }, do: { answer: busy } });
    await outbox.put(`${item}/film.mp4`);
    const id = await outbox.started(`${item}/film.mp4`);
    expect(['queued', 'running', 'waiting']).toContain((await outbox.receipt(`${item}/film.mp4`))?.status);
    await app.until(id, ({ status }) => status === 'waiting');
    await app.call('DELETE', `/api/uploads/${id}`);
    expect(await outbox.outcome(`${item}/film.mp4`)).toMatchObject({ id, status: 'cancelled' });
    await app.expectFaultsConsumed();
  });

  it.each([2, 10])('attaches one version once, though its trigger fires %i times', async (times) => {
    const item = await newItem(`twice${times}@contoso.com`);
    await outbox.put(`${item}/a.bin`);
    const fired = Array.from({ length: times }, () => outbox.call('onOutboxBlob', `outbox/${item}/a.bin`));
    expect(new Set(await Promise.all(fired))).toEqual(new Set([202]));
    await outbox.outcome(`${item}/a.bin`);
    for (let n = 0; n < 3; n++) await outbox.call('onOutboxBlob', `outbox/${item}/a.bin`);
    await outbox.call('listOutbox', '');
    await outbox.put(`${item}/b.bin`); // once that has had its turn, all before it has
    await outbox.outcome(`${item}/b.bin`);
    expect((await app.attachmentsOf(item)).map(({ name }) => name).sort()).toEqual(['a.bin', 'b.bin']);
    expect(await uploadsOf(item)).toHaveLength(2);
  });

  it('attaches each version of one name; the receipt tells of the newest', async () => {
    const item = await newItem('versions@contoso.com');
    const name = `${item}/a.bin`;
    const first = await outbox.put(name);
    const { id } = await outbox.outcome(name);
    const second = await outbox.put(name);
    const receipt = await outbox.outcome(name, id);
    expect(receipt.attachment?.sha256).toBe(second);
    expect((await app.attachmentsOf(item)).map(({ sha256 }) => sha256).sort()).toEqual([first, second].sort());
  });

  it('is one upload with POST /api/uploads of the same blob', async () => {
    const item = await newItem('both@contoso.com');
    await outbox.put(`${item}/a.bin`);
    const byHttp = await app.createUpload({ blob: `outbox/${item}/a.bin`, item });
    const receipt = await outbox.outcome(`${item}/a.bin`);
    expect(receipt.id).toBe(byHttp.id);
    expect(await app.attachmentsOf(item)).toHaveLength(1);
  });

  it('tells what cannot be attached in the receipt and leaves the blob where it is', async () => {
    const item = await newItem('empty@contoso.com');
    await outbox.put('reports/q3.pdf');
    await outbox.put(`${item}/empty.txt`, Buffer.alloc(0));
    expect(await outbox.outcome('reports/q3.pdf')).toMatchObject({ code: 'InvalidItem', status: 400 });
    expect(await outbox.outcome(`${item}/empty.txt`)).toMatchObject({ code: 'EmptyBlob', status: 422 });
    expect([await outbox.exists('reports/q3.pdf'), await outbox.exists(`${item}/empty.txt`)]).toEqual([true, true]);
  });

  it('loses and doubles nothing where the host is killed as soon as a receipt is there', async () => {
    const item = await newItem('killed@contoso.com');
    const name = `${item}/a.bin`;
    const sha256 = await outbox.put(name, randomBytes(5_000_000));
    await until('a receipt', () => outbox.receipt(name));
    await app.kill9();
    await app.restart();
    expect(await outbox.outcome(name)).toMatchObject({ status: 'succeeded', attachment: { sha256 } });
    expect(await app.attachmentsOf(item)).toHaveLength(1);
    await app.expectNoViolations({ killed: true });
  });

  it('does not load the bytes: a blob of 150 MB does not show in the memory of the app', async () => {
    await outbox.put('reports/small.bin');
    await outbox.outcome('reports/small.bin');
    const before = peakMb(app);
    const tooLarge = 'users/megan@contoso.com/todo/lists/AQMkList=/tasks/AAMkTask=/film.mp4'; // refused: nothing reads it
    await putSampleBlob(app.storage, 'outbox', tooLarge, 150_000_000);
    expect(await outbox.outcome(tooLarge)).toMatchObject({ code: 'AttachmentTooLarge' });
    for (let n = 0; n < 5; n++) await outbox.call('onOutboxBlob', `outbox/${tooLarge}`);
    await outbox.put('reports/last.bin'); // once that has had its turn, all before it has
    await outbox.outcome('reports/last.bin');
    expect(peakMb(app) - before).toBeLessThan(40); // with the bytes it would be 150 and more
  });
});

describe('the outbox, told by Event Grid', () => {
  let app: TestApp;
  let outbox: ReturnType<typeof outboxOf>;
  beforeAll(async () => {
    app = await startApp({ settings: { OUTBOX_TRIGGER_SOURCE: 'EventGrid', RETENTION_DAYS: '0' } });
    outbox = outboxOf(app);
  });
  const webhook = '/runtime/webhooks/blobs?functionName=Host.Functions.onOutboxBlob';
  const newItem = (mailbox: string) => app.outlook.createItem(`users/${mailbox}@contoso.com/messages`);
  const send = async (events: unknown, type = 'Notification') =>
    app.call<{ validationResponse?: string }>('POST', webhook, events, { 'aeg-event-type': type });
  /** Event Grid's own schema, as storage sends it. */
  const blobCreated = (name: string, eventType = 'Microsoft.Storage.BlobCreated', container = 'outbox') => ({
    topic: '/subscriptions/0/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/account',
    subject: `/blobServices/default/containers/${container}/blobs/${name}`,
    eventType,
    eventTime: '2026-11-22T09:00:00.1234567Z',
    id: '831e1650-001e-001b-66ab-eeb76e069631',
    data: {
      api: 'PutBlockList',
      clientRequestId: '6d79dbfb-0e37-4fc4-981f-442c9ca65760',
      requestId: '831e1650-001e-001b-66ab-eeb76e000000',
      eTag: '0x8D4BCC2E4835CD0',
      contentType: 'application/octet-stream',
      contentLength: 524_288,
      blobType: 'BlockBlob',
      url: `https://account.blob.core.windows.net/${container}/${encodeURI(name)}`,
      sequencer: '00000000000004420000000000028963',
      storageDiagnostics: { batchId: 'b68529f3-68cd-4744-baa4-3c0498ec19f0' },
    },
    dataVersion: '',
    metadataVersion: '1',
  });

  it('answers the handshake of a new subscription', async () => {
    const data = { validationCode: '512d38b6-c7b8-40c8-89fe-f46f9e9622b6', validationUrl: 'https://rp/validate' };
    const event = { ...blobCreated('x', 'Microsoft.EventGrid.SubscriptionValidationEvent'), data };
    const { status, body } = await send([event], 'SubscriptionValidation');
    expect([status, body]).toEqual([200, { validationResponse: data.validationCode }]);
  });

  it('attaches once what an event tells of, though it comes twice, in one message and in two', async () => {
    const item = await newItem('grid');
    await outbox.put(`${item}/a b.bin`);
    const event = blobCreated(`${item}/a b.bin`);
    expect((await send([event, event])).status).toBe(202);
    expect((await send([event])).status).toBe(202);
    expect(await outbox.outcome(`${item}/a b.bin`)).toMatchObject({ status: 'succeeded', name: 'a b.bin' });
    await outbox.put(`${item}/last.bin`); // once that has had its turn, all before it has
    await send([blobCreated(`${item}/last.bin`)]);
    await outbox.outcome(`${item}/last.bin`);
    expect((await app.attachmentsOf(item)).map(({ name }) => name).sort()).toEqual(['a b.bin', 'last.bin']);
  });

  it('takes the message as a CloudEvent too', async () => {
    const item = await newItem('cloud');
    await outbox.put(`${item}/a.bin`);
    const { subject, id, data, topic, eventTime } = blobCreated(`${item}/a.bin`);
    const event = {
      specversion: '1.0',
      type: 'Microsoft.Storage.BlobCreated',
      source: topic,
      subject,
      id,
      time: eventTime,
      data,
    };
    expect((await send(event)).status).toBe(202);
    expect(await outbox.outcome(`${item}/a.bin`)).toMatchObject({ status: 'succeeded' });
  });

  const sendOthers = async (mailbox: string) => {
    const startedAt = Date.now();
    const item = await newItem(mailbox);
    await app.putBlob('uploads', `${item}/a.bin`, randomBytes(10));
    await outbox.put(`${item}/b.bin`);
    const others = [
      blobCreated(`${item}/a.bin`, undefined, 'uploads'),
      blobCreated(`${item}/b.bin`, 'Microsoft.Storage.BlobDeleted'),
      blobCreated(`${item}/gone.bin`),
    ];
    expect((await send(others)).status).toBe(202);
    await outbox.put(`${item}/last.bin`); // once that has had its turn, all before it has
    await send([blobCreated(`${item}/last.bin`)]);
    await outbox.outcome(`${item}/last.bin`);
    const came = (await app.attachmentsOf(item)).map(({ name }) => name);
    const receipt = await outbox.receipt(`${item}/b.bin`);
    // at that second the timer lists what events did not tell of: then this shows nothing
    return hasStruck(30, startedAt, Date.now()) ? undefined : { came, receipt };
  };

  it('does nothing for events of other containers and kinds, and of blobs that are gone by now', async () => {
    let trial = 0;
    const { came, receipt } = await until('a minute of peace', () => sendOthers(`other${++trial}`));
    expect([came, receipt]).toEqual([['last.bin'], undefined]);
  });

  it('starts by its timer alone what no event told of', async () => {
    const item = await newItem('missed');
    await outbox.put(`${item}/a.bin`);
    await outbox.put(`${item}/b.bin`);
    expect(await outbox.call('listOutbox', '')).toBe(202);
    await outbox.outcome(`${item}/a.bin`);
    await outbox.outcome(`${item}/b.bin`);
    expect((await app.attachmentsOf(item)).map(({ name }) => name).sort()).toEqual(['a.bin', 'b.bin']);
  });

  it('attaches nothing twice where a trigger is replayed after record and history were purged', async () => {
    const item = await newItem('purged');
    const name = `${item}/a.bin`;
    await outbox.put(name);
    await send([blobCreated(name)]);
    const { id = '' } = await outbox.outcome(name);
    await until('the purge', async () => {
      await outbox.call('purgeFinished', '');
      await delay(300);
      return (await app.call('GET', `/api/uploads/${id}`)).status === 404 ? true : undefined;
    });
    const history = await app.call('GET', `/runtime/webhooks/durabletask/instances/${id}`);
    expect(history.status).toBe(404);
    await send([blobCreated(name)]);
    await outbox.put(`${item}/last.bin`); // once the list has come to that, all before it has had its turn
    await outbox.call('listOutbox', '');
    await outbox.outcome(`${item}/last.bin`);
    expect((await app.attachmentsOf(item)).map(({ name: each }) => each).sort()).toEqual(['a.bin', 'last.bin']);
    expect(await outbox.receipt(name)).toMatchObject({ id, status: 'succeeded' });
  });
});

/** The highest resident size so far of the host and the worker with the app, in MB. */
function peakMb({ laptop }: TestApp): number {
  const host = laptop.host?.pid ?? 0;
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const family = pids.map(Number).filter((pid) => pid === host || statusOf(pid, 'PPid') === host);
  return family.reduce((sum, pid) => sum + statusOf(pid, 'VmHWM') / 1000, 0);
}

function statusOf(pid: number, field: string): number {
  try {
    const line = new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(line?.[1] ?? 0);
  } catch {
    return 0; // it ended meanwhile
  }
}

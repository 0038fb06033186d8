import { randomBytes } from 'node:crypto';
import type { UploadView } from '../../local/parts/appClient';
import { startApp, TestApp } from '../support/app';
import { expectSentOnce, itemsOf, message, uploaded } from '../support/nylasFlow';
import { Nylas, nylasSdk } from '../support/nylasSdk';
import { outboxOf, until } from '../support/outboxFlow';

// Every entrance, killed (kill -9) where it hurts: what was accepted ends once, and its own way of telling tells so.

const apiKey = 'nylas-key';
const file = randomBytes(5_000_000); // 16 ranges
let app: TestApp;
let nylas: Nylas;
beforeAll(async () => {
  app = await startApp({
    settings: { NYLAS_API_KEYS: apiKey, RANGE_SIZE: '327680', SETTLE_SECONDS: '3' },
    polledOutbox: true,
  });
  nylas = nylasSdk({ apiKey, apiUri: app.apiUrl });
});
afterEach(async () => {
  await app.outlook.configure({ latencyMs: { put: 0 } });
  await app.expectNoViolations({ killed: true });
});

/** Each range takes a while, until the process is killed: what is to happen before has some fifteen seconds. */
const slowly = () => app.outlook.configure({ latencyMs: { put: 1000 } });
const kill = async (what: 'host' | 'worker'): Promise<void> => {
  if (what === 'host') await app.kill9();
  else await app.killWorker();
  await app.outlook.configure({ latencyMs: { put: 0 } });
  if (what === 'host') await app.restart();
};
/** What the SDK was answered; undefined where the connection broke. */
const statusOf = (work: Promise<unknown>): Promise<number | undefined> =>
  work.then(
    () => 200,
    (cause: unknown) => (cause as { statusCode?: number }).statusCode,
  );
const both = ['host', 'worker'] as const;

describe('a message of the Nylas facade', () => {
  type OfDelivery = UploadView & { delivery?: string };
  /** The facade's upload of that name, once its bytes are on their way. */
  const onItsWay = (name: string): Promise<OfDelivery> =>
    until(`bytes of ${name}`, async () => {
      const { body } = await app.call<{ value: OfDelivery[] }>('GET', '/api/uploads?limit=100');
      return body.value.find((upload) => upload.name === name && upload.progress.bytesSent > 0);
    });

  it.each(both)('is sent once, with its attachment, though the %s is killed meanwhile', async (what) => {
    const grant = `${what}@contoso.com`;
    const id = await uploaded(nylas, grant, file, `${what}.bin`);
    const overrides = { headers: { 'Idempotency-Key': what } };
    const send = () => nylas.messages.send({ identifier: grant, requestBody: message([{ id }]), overrides });
    await slowly();
    const cut = expect(send()).rejects.toThrow();
    const { delivery: scheduleId = '' } = await onItsWay(`${what}.bin`);
    await kill(what);
    await cut;
    await until('the end', async () => {
      const { data } = await nylas.messages.findScheduledMessage({ identifier: grant, scheduleId });
      expect(['pending', 'success']).toContain(data.status.code);
      return data.status.code === 'success' || undefined;
    });
    await expectSentOnce(app, grant, [file]);
    expect([200, 409]).toContain(await statusOf(send())); // as long as the call that was cut may be under way, it is refused
    await expectSentOnce(app, grant, [file]);
  });

  it('is sent with what was put before a kill and completed after it', async () => {
    const grant = 'between@contoso.com';
    const { data } = await nylas.attachments.createUploadSession({
      identifier: grant,
      requestBody: { filename: 'q.bin', contentType: 'a/b', size: file.length },
    });
    expect((await fetch(data.url, { method: 'PUT', body: new Uint8Array(file) })).status).toBe(201);
    await kill('host');
    const { attachmentId } = data;
    const complete = await nylas.attachments.completeUploadSession({ identifier: grant, attachmentId });
    expect(complete.data.status).toBe('ready');
    await nylas.messages.send({ identifier: grant, requestBody: message([{ id: attachmentId }]) });
    await expectSentOnce(app, grant, [file]);
  });

  it('is sent with what was being completed when it was killed, completed again where the answer was lost', async () => {
    const grant = 'completing@contoso.com';
    const { data } = await nylas.attachments.createUploadSession({
      identifier: grant,
      requestBody: { filename: 'q.bin', contentType: 'a/b' },
    });
    await fetch(data.url, { method: 'PUT', body: new Uint8Array(file) });
    const { attachmentId } = data;
    const complete = () => statusOf(nylas.attachments.completeUploadSession({ identifier: grant, attachmentId }));
    const first = complete();
    await kill('host');
    await first;
    expect([200, 409]).toContain(await complete()); // 409: it is complete
    await nylas.messages.send({ identifier: grant, requestBody: message([{ id: attachmentId }]) });
    await expectSentOnce(app, grant, [file]);
    expect(await itemsOf(app, grant)).toHaveLength(1);
  });
});

describe('a file of the outbox', () => {
  it.each(both)('is attached once though the %s is killed between its trigger and its end', async (what) => {
    const outbox = outboxOf(app);
    const item = await app.outlook.createItem(`users/outbox-${what}@contoso.com/messages`);
    await slowly();
    const sha256 = await outbox.put(`${item}/a.bin`, file);
    const id = await outbox.started(`${item}/a.bin`);
    await app.until(id, ({ progress }) => progress.bytesSent > 0);
    await kill(what);
    const receipt = await outbox.outcome(`${item}/a.bin`);
    expect(receipt).toMatchObject({ id, status: 'succeeded', attachment: { sha256, verified: true } });
    expect(await app.attachmentsOf(item)).toMatchObject([{ name: 'a.bin', sha256 }]);
  });
});

describe('a cancel', () => {
  const begin = async (mailbox: string): Promise<UploadView> => {
    await slowly();
    const blob = await app.putBlob('uploads', `${mailbox}.bin`, file);
    return app.createUpload({ blob, item: await app.outlook.createItem(`users/${mailbox}@contoso.com/messages`) });
  };
  /** The range under way holds the work up: the kill comes before anything was done about the cancel. */
  const cancelAndKill = async ({ id, item }: UploadView, what: 'host' | 'worker'): Promise<void> => {
    const asked = await app.call<UploadView>('DELETE', `/api/uploads/${id}`);
    await kill(what);
    expect([asked.status, asked.body.status]).toEqual([202, 'cancelling']);
    expect(await app.waitForUpload(id)).toMatchObject({ status: 'cancelled' });
    expect(await app.attachmentsOf(item)).toEqual([]);
  };

  it.each(both)('that was answered is kept though the %s is killed before it is worked on', async (what) => {
    const upload = await begin(`cancel-${what}`);
    await app.until(upload.id, ({ progress }) => progress.bytesSent > 0);
    await cancelAndKill(upload, what);
  });

  it.each(both)('right after the start is kept though the %s is killed', async (what) => {
    await cancelAndKill(await begin(`young-${what}`), what);
  });
});

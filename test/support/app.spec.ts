import { createHash, randomBytes } from 'node:crypto';
import { startApp, type TestApp } from './app';
import { ownStorage } from './storage';

let app: TestApp;
beforeAll(async () => (app = await startApp({ outlook: { latencyMs: { put: 30 } } })));

describe('the harness of the end-to-end specs', () => {
  it('attaches a blob and shows what arrived', async () => {
    const bytes = randomBytes(1000);
    const blob = await app.putBlob('uploads', 'small.bin', bytes);
    const item = await app.outlook.createItem();
    expect(await app.attach({ blob, item })).toMatchObject({ status: 'succeeded', progress: { percent: 100 } });
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(await app.attachmentsOf(item)).toMatchObject([{ name: 'small.bin', bytes: 1000, sha256 }]);
    await app.expectNoViolations();
  });

  it('scripts a fault and tells whether it happened', async () => {
    const throttled = { answer: { status: 429, headers: { 'retry-after': '1' } } };
    await app.faults({ on: { op: 'postAttachment', name: 'unlucky.bin' }, do: throttled });
    await expect(app.expectFaultsConsumed()).rejects.toThrow();
    const blob = await app.putBlob('uploads', 'unlucky.bin', randomBytes(10));
    const upload = await app.attach({ blob, item: await app.outlook.createItem() });
    expect(upload.status).toBe('succeeded');
    await app.expectFaultsConsumed();
  });

  it('kills the host and starts it again where it was', async () => {
    const blob = await app.putBlob('uploads', 'large.bin', randomBytes(20_000_000));
    const item = await app.outlook.createItem('users/alex@contoso.com/messages');
    const { id } = await app.createUpload({ blob, item });
    await app.until(id, ({ progress }) => progress.percent >= 20);
    await app.kill9();
    await expect(app.call('GET', '/api/health')).rejects.toThrow();
    await app.restart();
    expect((await app.waitForUpload(id)).status).toBe('succeeded');
    expect(await app.attachmentsOf(item)).toHaveLength(1);
    await app.expectNoViolations();
  });

  it('gives every caller a storage account of its own', async () => {
    expect(new Set([app.storage, await ownStorage(), await ownStorage()]).size).toBe(3);
  });
});

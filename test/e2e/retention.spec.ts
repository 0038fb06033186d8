import '../orchestrators/support/quietFunctions';
import { randomBytes } from 'node:crypto';
import { parseItemPath } from '../../src/core/items/path';
import type { MailboxState } from '../../src/core/mailbox/mailboxState';
import { pacerKey } from '../../src/app/uploads/pacerKey';
import { startApp, TestApp } from '../support/app';

const minute = 60_000;
let app: TestApp;
beforeAll(async () => {
  app = await startApp({ settings: { RETENTION_DAYS: '0' } });
});

const entityPath = (item: string): string => {
  const parsed = parseItemPath(item);
  if (!parsed.ok) throw new Error(parsed.detail);
  return `/runtime/webhooks/durabletask/entities/mailboxPacer/${pacerKey(parsed.item)}`;
};
/** What the host keeps of the mailbox's pacer. */
async function kept(path: string): Promise<MailboxState | undefined> {
  const { status, body } = await app.call<MailboxState>('GET', path);
  return status === 200 ? body : undefined;
}
const isKept = async (path: string): Promise<boolean> => (await kept(path)) !== undefined;
const tell = async (path: string, operation: string, input: object): Promise<void> =>
  expect((await app.call('POST', `${path}?op=${operation}`, input)).status).toBe(202);
async function until(what: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; !(await what()); await new Promise((resolve) => setTimeout(resolve, 50)))
    if (Date.now() > end) throw new Error('It did not come to be in time.');
}

it('leaves no row of a mailbox whose uploads are purged, and keeps one that has something to remember', async () => {
  const item = await app.outlook.createItem();
  const path = entityPath(item);
  const upload = await app.attach({ blob: await app.putBlob('uploads', 'small.bin', randomBytes(5000)), item });
  expect(upload.status).toBe('succeeded');

  await tell(path, 'sweep', { now: Date.now() });
  await tell(path, 'throttled', { now: Date.now(), until: Date.now() + 1 });
  await until(async () => (await kept(path))?.blockedUntil !== 0); // the sweep was heard before it
  expect((await kept(path))?.bookings).toHaveLength(1); // its bytes count for five minutes
  await tell(path, 'sweep', { now: Date.now() + 20 * minute });
  await until(async () => !(await isKept(path)));

  await tell(path, 'throttled', { now: Date.now(), until: Date.now() - 1 });
  await until(() => isKept(path));
  expect((await app.call('POST', '/admin/functions/purgeFinished', { input: '' })).status).toBe(202);
  await until(async () => !(await isKept(path)));
  await until(async () => (await app.call('GET', `/api/uploads/${upload.id}`)).status === 404);
});

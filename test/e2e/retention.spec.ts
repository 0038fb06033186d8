import '../orchestrators/support/quietFunctions';
import { randomBytes } from 'node:crypto';
import { objectId } from '../../local/outlook/ids';
import { keysOf } from '../../src/app/uploads/keys';
import { parseItemPath } from '../../src/core/items/path';
import type { Mailbox } from '../../src/core/mailbox/state';
import { startApp, TestApp } from '../support/app';

const minute = 60_000;
let app: TestApp;
beforeAll(async () => {
  app = await startApp({ settings: { RETENTION_DAYS: '0' } });
});

/** The entity goes by the owner's object id, whatever name the item's path has for the mailbox. */
const entityPath = (item: string): string => {
  const parsed = parseItemPath(item);
  if (!parsed.ok) throw new Error(parsed.detail);
  const { mailbox } = keysOf(parsed.item, objectId(item.split('/')[1]!));
  return `/runtime/webhooks/durabletask/entities/mailbox/${mailbox}`;
};
/** What the host keeps of the mailbox. */
async function kept(path: string): Promise<Mailbox | undefined> {
  const { status, body } = await app.call<Mailbox>('GET', path);
  return status === 200 ? body : undefined;
}
const isKept = async (path: string): Promise<boolean> => (await kept(path)) !== undefined;
async function sweep(path: string, now: number): Promise<void> {
  expect((await app.call('POST', `${path}?op=sweep`, { now })).status).toBe(202);
}
async function until(what: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 150_000; !(await what()); await new Promise((resolve) => setTimeout(resolve, 50)))
    if (Date.now() > end) throw new Error('It did not come to be in time.');
}

it('keeps a mailbox whose bytes still count, and leaves no row of one that has nothing to remember', async () => {
  const item = await app.outlook.createItem();
  const path = entityPath(item);
  const upload = await app.attach({ blob: await app.putBlob('uploads', 'small.bin', randomBytes(5000)), item });
  expect(upload.status).toBe('succeeded');

  await sweep(path, Date.now());
  expect((await kept(path))?.sent).toHaveLength(1); // its bytes count for five minutes
  await sweep(path, Date.now() + 20 * minute);
  await until(async () => !(await isKept(path)));

  expect((await app.call('POST', '/admin/functions/purgeFinished', { input: '' })).status).toBe(202);
  await until(async () => (await app.call('GET', `/api/uploads/${upload.id}`)).status === 404);
});

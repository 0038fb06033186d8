import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UploadView } from '../../local/parts/appClient';
import { startApp, TestApp } from '../support/app';
import { BuildCopy } from '../support/builds';
import { outboxOf, until } from '../support/outboxFlow';

// Two apps with a hub each on one storage account and one service, with a sealing key each.

const rangeSize = 262_144;
const bytes = randomBytes(12 * rangeSize - 1000);
const sha256 = createHash('sha256').update(bytes).digest('hex');
const perApp = 3;

interface Told {
  readonly timeline: readonly { readonly event: string }[];
}
type View = UploadView & Told;
interface Begun {
  readonly id: string;
  readonly item: string;
}

let first: TestApp;
let second: TestApp;
beforeAll(async () => {
  // to the watch every record is old enough to be looked at, and it looks only when this spec calls it
  const build = new BuildCopy([
    { file: 'src/app/jobs/watch.js', from: 'youngMs = 45_000', to: 'youngMs = 0' },
    { file: 'src/functions/timers/watch.js', from: "'0,30 * * * * *'", to: "'0 0 0 1 1 *'" },
  ]);
  const settings = {
    FUNCTIONS_APP_DIR: build.folder,
    RANGE_SIZE: `${rangeSize}`,
    SMALL_ATTACHMENT_LIMIT: '10000',
    SETTLE_SECONDS: '2',
  };
  first = await startApp({ settings, outlook: { sessionMinBytes: 10_000 }, polledOutbox: true });
  second = await startApp({
    polledOutbox: true,
    settings: { ...settings, AzureFunctionsJobHost__extensions__durableTask__hubName: 'BlobToOutlookStaging' },
    storage: first.storage,
    graphEndpoint: first.graphUrl,
  });
  await first.putBlob('uploads', 'file.bin', bytes);
});

let boxes = 0;
async function begin(app: TestApp): Promise<Begun> {
  const item = await first.outlook.createItem(`users/box${++boxes}@contoso.com/messages`);
  const { id } = await app.createUpload({ blob: 'uploads/file.bin', item });
  return { id, item };
}
const beginSome = (app: TestApp): Promise<Begun[]> => Promise.all(Array.from({ length: perApp }, () => begin(app)));
const listed = async (app: TestApp): Promise<string[]> => {
  const { body } = await app.call<{ value: View[] }>('GET', '/api/uploads?limit=100');
  return body.value.map(({ id }) => id);
};
const viewOf = async (app: TestApp, { id }: Begun): Promise<View> =>
  (await app.call<View>('GET', `/api/uploads/${id}`)).body;
const eventsOf = ({ timeline }: Told): string[] => timeline.map(({ event }) => event);
/** Answered once the run has ended. */
const run = async (app: TestApp, ...timers: readonly string[]): Promise<void> => {
  for (const timer of timers)
    expect((await app.call('POST', `/admin/functions/${timer}?wait=true`, { input: '' })).status).toBe(202);
};
const timers = ['watch', 'watchCallbacks', 'watchDraftSends', 'listOutbox', 'cleanStaged', 'purgeFinished'];

async function expectEnds(app: TestApp, begun: readonly Begun[], isResumed: boolean): Promise<void> {
  for (const one of begun) {
    const ended = (await app.waitForUpload(one.id, 200_000)) as View;
    expect([ended.error ?? ended.status, eventsOf(ended).includes('resumed')]).toEqual(['succeeded', isResumed]);
    expect(await first.attachmentsOf(one.item)).toMatchObject([{ name: 'file.bin', sha256 }]);
  }
}

it('neither lists, ends nor resumes the uploads of the other, whose loss its own app finds', async () => {
  await first.outlook.configure({ latencyMs: { put: 400 } });
  const [ofFirst, ofSecond] = await Promise.all([beginSome(first), beginSome(second)]);
  await until('bytes of each', async () => {
    const open = (await first.outlook.sessions()).filter(({ receivedBytes }) => receivedBytes > 0);
    return open.length === 2 * perApp || undefined;
  });
  for (const [app, own, others] of [
    [first, ofFirst, ofSecond],
    [second, ofSecond, ofFirst],
  ] as const) {
    expect((await listed(app)).sort()).toEqual(own.map(({ id }) => id).sort());
    const { id } = others[0]!;
    for (const method of ['GET', 'DELETE'])
      expect((await app.call(method, `/api/uploads/${id}`)).body).toMatchObject({ code: 'UploadNotFound' });
  }
  expect((await first.call('DELETE', '/admin/host/durableState')).status).toBe(204); // of the first app's hub
  await run(second, ...timers);
  const untouched = await Promise.all(ofFirst.map((one) => viewOf(first, one)));
  expect(untouched.map(({ status }) => status)).not.toContain('failed');
  expect(untouched.flatMap(eventsOf)).not.toContain('resumed');
  await run(first, ...timers);
  await second.kill9();
  await first.outlook.configure({ latencyMs: { put: 0 } });
  await expectEnds(first, ofFirst, true);
  await run(first, ...timers); // with the other app down
  await second.restart();
  await expectEnds(second, ofSecond, false); // its own hub is where it was
  await first.expectNoViolations({ killed: true });
});

it('takes the same request with the same key for its own: two uploads, two attachments', async () => {
  const item = await first.outlook.createItem('users/both@contoso.com/messages');
  const request = { blob: 'uploads/file.bin', item };
  const headers = { 'Idempotency-Key': 'order-4711' };
  const both = await Promise.all([first, second].map((app) => app.createUpload(request, headers)));
  expect(both[0]!.id).not.toBe(both[1]!.id);
  const again = await Promise.all([first, second].map((app) => app.createUpload(request, headers)));
  expect(again.map(({ id }) => id)).toEqual(both.map(({ id }) => id));
  const ends = await Promise.all([first, second].map((app, n) => app.waitForUpload(both[n]!.id)));
  const held = await first.attachmentsOf(item);
  expect(held.map((one) => one.sha256)).toEqual([sha256, sha256]);
  expect(ends.map(({ attachment }) => attachment!.id).sort()).toEqual(held.map((one) => one.immutableId).sort());
  await first.expectNoViolations({ killed: true });
});

it('attaches a file of the outbox once, whichever app takes it', async () => {
  const outbox = outboxOf(first);
  const items = await Promise.all(
    [1, 2, 3, 4].map((n) => first.outlook.createItem(`users/out${n}@contoso.com/messages`)),
  );
  const digests = await Promise.all(items.map((item) => outbox.put(`${item}/a.bin`)));
  const receipts = await Promise.all(items.map((item) => outbox.outcome(`${item}/a.bin`)));
  await Promise.all([first, second].map((app) => run(app, 'listOutbox')));
  const ids = [...(await listed(first)), ...(await listed(second))];
  for (const [n, item] of items.entries()) {
    expect(receipts[n]).toMatchObject({ status: 'succeeded' });
    expect(ids.filter((id) => id === receipts[n]!.id)).toHaveLength(1);
    expect(await first.attachmentsOf(item)).toMatchObject([{ sha256: digests[n] }]);
  }
});

it('runs its watches without a complaint', () => {
  for (const { laptop } of [first, second]) {
    const log = readFileSync(join(laptop.dataDir, 'functionsHost.log'), 'utf8');
    expect(log.split('\n').filter((line) => /try again|tries again|cannot be read|\] error/.test(line))).toEqual([]);
  }
});

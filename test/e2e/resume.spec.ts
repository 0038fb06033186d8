import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isFinal, type UploadView } from '../../local/parts/appClient';
import { sha256 } from '../local/outlook/standIn';
import { randomNumbers } from '../simulation/chance';
import { startApp, TestApp } from '../support/app';
import { BuildCopy } from '../support/builds';
import { until } from '../support/outboxFlow';

// Durable only executes: everything that it knows is deleted, at random moments, under whatever runs then. RESUME_SEED repeats a run.

const seed = Number(process.env['RESUME_SEED'] || 1 + Math.floor(Math.random() * 1_000_000));
const random = randomNumbers(seed);
const uploads = 20;
const deliveries = 5;
const rangeSize = 327_680;
/** To the watch an upload is lost when its record was not written for 45 s; here sooner, so that nobody waits for that. */
const soon = { file: 'src/app/jobs/watch.js', from: 'youngMs = 45_000', to: 'youngMs = 5_000' };
const watchEveryMs = 2_000;
const withinMs = 240_000;

interface Delivery {
  readonly id: string;
  readonly status: string;
  readonly sent: boolean | null;
  readonly warnings: { code: string }[];
}
interface HeldMessage {
  readonly immutableId: string;
  readonly sends: number;
  readonly props: { subject?: string };
}
type View = UploadView & { readonly timeline: { readonly event: string }[] };

let app: TestApp;
const files = new Map<string, Buffer>();
beforeAll(async () => {
  const { folder } = new BuildCopy([soon]);
  app = await startApp({ settings: { FUNCTIONS_APP_DIR: folder, RANGE_SIZE: `${rangeSize}`, SETTLE_SECONDS: '3' } });
  for (const [name, ranges] of [...[1, 6, 12, 20].entries()].map(([n, size]) => [`${n}.bin`, size] as const)) {
    files.set(name, randomBytes(ranges * rangeSize - 1000));
    await app.putBlob('uploads', name, files.get(name)!);
  }
});

const names = [...Array(4).keys()].map((n) => `${n}.bin`);
const fileOf = (n: number): string => names[n % names.length]!;

async function begin(): Promise<{ ids: string[]; items: string[]; sent: string[] }> {
  const items: string[] = [];
  for (let n = 0; n < uploads; n++) items.push(await app.outlook.createItem(`users/box${n % 7}@contoso.com/messages`));
  const started = items.map((item, n) => app.createUpload({ blob: `uploads/${fileOf(n)}`, item }));
  const sent = [...Array(deliveries).keys()].map(async (n) => {
    const message = { subject: `message ${n}`, toRecipients: [{ emailAddress: { address: 'alex@contoso.com' } }] };
    const attachments = [n, n + 1].map((of) => ({ blob: `uploads/${fileOf(of)}` }));
    const request = { mailbox: `users/box${n}@contoso.com`, message, attachments, send: true };
    const { status, body } = await app.call<Delivery>('POST', '/api/deliveries', request);
    expect(status).toBe(202);
    return body.id;
  });
  return { items, ids: (await Promise.all(started)).map(({ id }) => id), sent: await Promise.all(sent) };
}

const uploadOf = async (id: string): Promise<View> => (await app.call<View>('GET', `/api/uploads/${id}`)).body;
const deliveryOf = async (id: string): Promise<Delivery> =>
  (await app.call<Delivery>('GET', `/api/deliveries/${id}`)).body;

/** Under the running app, as when somebody deletes the task hub; or the host is killed, and finds nothing when it comes back. */
const deletes: Record<string, () => Promise<void>> = {
  wipe: async () => expect((await app.call('DELETE', '/admin/host/durableState')).status).toBe(204),
  killAndWipe: async () => {
    await app.kill9();
    for (const end of ['', '-wal', '-shm'])
      rmSync(join(app.laptop.dataDir, `functionsHost.sqlite${end}`), { force: true });
    await app.restart();
  },
};

it(`ends as if nothing had happened where the durable state is deleted under uploads and deliveries (seed ${seed})`, async () => {
  await app.outlook.configure({ latencyMs: { put: 700 } });
  const { ids, items, sent } = await begin();
  const some = ids.slice(0, 4);
  await until('bytes under way', async () => {
    const views = await Promise.all(some.map(uploadOf));
    return views.some(({ progress }) => progress.bytesSent > 0) || undefined;
  });
  const open = async (): Promise<number> =>
    (await Promise.all(ids.map(uploadOf))).filter((one) => !isFinal(one)).length;
  let lost = 0;
  for (const what of ['wipe', 'killAndWipe']) {
    await delay(random() * 5_000);
    lost += await open();
    await deletes[what]!();
    await delay(random() * 10_000);
    await app.call('POST', '/admin/functions/watch', { input: '' }); // some are resumed then, some are not
  }
  await app.outlook.configure({ latencyMs: { put: 50 } });
  const ended = await until(
    'the ends',
    async () => {
      await app.call('POST', '/admin/functions/watch', { input: '' });
      await delay(watchEveryMs);
      const [a, b] = [await Promise.all(ids.map(uploadOf)), await Promise.all(sent.map(deliveryOf))];
      const areOver = a.every(isFinal) && b.every(({ status }) => !['queued', 'running', 'waiting'].includes(status));
      return areOver ? { uploads: a, deliveries: b } : undefined;
    },
    withinMs,
  );
  expect(lost).toBeGreaterThan(10);

  expect(ended.uploads.map(({ status, error }) => error ?? status)).toEqual(Array(uploads).fill('succeeded'));
  expect(ended.uploads.flatMap(({ warnings }) => warnings)).toEqual([]);
  for (const [n, item] of items.entries()) {
    const name = fileOf(n);
    const { attachment } = ended.uploads[n]!;
    const held = await app.attachmentsOf(item);
    expect(held).toMatchObject([{ name, sha256: sha256(files.get(name)!) }]);
    expect(attachment).toMatchObject({ id: held[0]!.immutableId, verified: true });
  }
  const resumed = ended.uploads.filter(({ timeline }) => timeline.some(({ event }) => event === 'resumed'));
  expect(resumed.length).toBeGreaterThan(5);

  expect(ended.deliveries).toMatchObject(Array(deliveries).fill({ status: 'succeeded', sent: true, warnings: [] }));
  const messages = (await app.outlook.items()) as unknown as HeldMessage[];
  for (let n = 0; n < deliveries; n++) {
    const [message, ...more] = messages.filter(({ props }) => props.subject === `message ${n}`);
    expect([more, message!.sends]).toEqual([[], 1]);
    const held = await app.attachmentsOf(message!.immutableId);
    expect(held.map(({ name }) => name).sort()).toEqual([fileOf(n), fileOf(n + 1)].sort());
    for (const { name, sha256: digest } of held) expect(digest).toBe(sha256(files.get(name)!));
  }
  await app.expectNoViolations({ killed: true });
}, 420_000);

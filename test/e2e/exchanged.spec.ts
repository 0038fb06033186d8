import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { UploadView } from '../../local/parts/appClient';
import { sha256 } from '../local/outlook/standIn';
import { randomNumbers } from '../simulation/chance';
import { startApp, TestApp } from '../support/app';
import { BuildCopy, type Change } from '../support/builds';
import { until } from '../support/outboxFlow';

// Builds whose machines decide differently take each other's place under running work. EXCHANGE_SEED repeats a run.

const seed = Number(process.env['EXCHANGE_SEED'] || 1 + Math.floor(Math.random() * 1_000_000));
const random = randomNumbers(seed);
const rangeSize = 262_144;
const files = { 'long.bin': randomBytes(12 * rangeSize - 1000), 'short.bin': randomBytes(3 * rangeSize - 1000) };
const perBuild = 2;
const deliveries = 2;

const end = '//# sourceMappingURL=decide.js.map';
const required = (file: string): string => `require('../../../../test/e2e/otherBuild/${file}')`;
const upload = (name: string): Change => ({
  file: 'src/core/upload/machine/decide.js',
  from: end,
  to: `exports.uploadMachine = ${required('uploads')}.${name};`,
});
/** Deliveries wait more, in a schema that the app as it is cannot read. */
const delivery: Change[] = [
  {
    file: 'src/core/delivery/machine/decide.js',
    from: end,
    to: `exports.decide = ${required('deliveries')}.patient(exports.decide);`,
  },
  { file: 'src/core/delivery/checkpoint.js', from: 'exports.schema = 1;', to: 'exports.schema = 2;' },
  { file: 'src/core/delivery/checkpoint.js', from: 'upgrades = {}', to: 'upgrades = { 1: (progress) => progress }' },
];
const builds = {
  asItIs: [],
  steps: [upload('steps')],
  order: [upload('order'), ...delivery],
} satisfies Record<string, Change[]>;
/** All of them find work that is lost soon: only then is the time of the watch not the time of this spec. */
const soon: Change = { file: 'src/app/jobs/watch.js', from: 'exports.youngMs = 45_000', to: 'exports.youngMs = 1_500' };

interface Told {
  readonly timeline: readonly { readonly event: string }[];
}
type View = UploadView & Told;
interface Delivery extends Told {
  readonly id: string;
  readonly status: string;
  readonly sent: boolean;
  readonly warnings: readonly unknown[];
}
/** Each in a mailbox of its own. */
interface Begun {
  readonly id: string;
  readonly box: string;
  readonly item?: string;
}
interface HeldMessage {
  readonly immutableId: string;
  readonly sends: number;
  readonly props: { subject?: string };
}

let build: BuildCopy;
let app: TestApp;
beforeAll(async () => {
  build = new BuildCopy([soon]);
  build.add('test/simulation/versions.ts', 'test/e2e/otherBuild/uploads.ts', 'test/e2e/otherBuild/deliveries.ts');
  app = await startApp({
    settings: {
      FUNCTIONS_APP_DIR: build.folder,
      RANGE_SIZE: `${rangeSize}`,
      SETTLE_SECONDS: '2',
      SMALL_ATTACHMENT_LIMIT: '10000',
    },
    outlook: { sessionMinBytes: 10_000 },
  });
  for (const [name, bytes] of Object.entries(files)) await app.putBlob('uploads', name, bytes);
});

const exchange = {
  redeploy: () => app.call('POST', '/admin/host/restart'),
  killWorker: () => app.killWorker(),
  killHost: () => app.kill9().then(() => app.restart()),
  stopHost: () => app.restart(),
} satisfies Record<string, () => Promise<unknown>>;
const ofBoth = ['started', 'resumed', 'reconciling', 'reconciled', 'attached'];
const ordinary = [...ofBoth, 'sessionOpened', 'verified', 'listedAgain', 'draftCreated', 'marked', 'sending', 'sent'];
/** It begins with the app as it is. */
const turns = [
  ['order', 'redeploy'],
  ['asItIs', 'killHost'],
  ['steps', 'stopHost'],
  ['order', 'killWorker'],
] as const;
const uploadOf = async (id: string): Promise<View> => (await app.call<View>('GET', `/api/uploads/${id}`)).body;
const deliveryOf = async (id: string): Promise<Delivery> =>
  (await app.call<Delivery>('GET', `/api/deliveries/${id}`)).body;
const eventsOf = ({ timeline }: Told): string[] => timeline.map(({ event }) => event);
const isOver = ({ status }: { status: string }): boolean => ['succeeded', 'failed', 'cancelled'].includes(status);

let made = 0;
async function begin(): Promise<Begun> {
  const box = `box${++made}`;
  const item = await app.outlook.createItem(`users/${box}@contoso.com/messages`);
  const { id } = await app.createUpload({ blob: 'uploads/long.bin', item });
  return { id, box, item };
}
async function deliver(subject: string): Promise<Begun> {
  const box = `box${++made}`;
  const message = { subject, toRecipients: [{ emailAddress: { address: 'alex@contoso.com' } }] };
  const attachments = ['a.bin', 'b.bin', 'c.bin'].map((name) => ({ blob: 'uploads/short.bin', name }));
  const request = { mailbox: `users/${box}@contoso.com`, message, attachments, send: true };
  const { status, body } = await app.call<Delivery>('POST', '/api/deliveries', request);
  expect(status).toBe(202);
  return { id: body.id, box };
}

/** The watch runs each second, as if it were each minute. */
const watchedUntil = <T>(what: string, ask: () => Promise<T | undefined>): Promise<T> =>
  until(
    what,
    async () => {
      await app.call('POST', '/admin/functions/watch', { input: '' });
      await delay(500);
      return ask();
    },
    240_000,
  );

it(`ends everything once while builds that decide differently take each other's place (seed ${seed})`, async () => {
  await app.outlook.configure({ latencyMs: { put: 400 } });
  const begun: Begun[] = [];
  const sending: Begun[] = [];
  for (const [next, how] of turns) {
    const news = await Promise.all([...Array(perBuild).keys()].map(begin));
    begun.push(...news);
    if (sending.length < deliveries) sending.push(await deliver(`message ${sending.length}`));
    const boxes = [...news, sending.at(-1)!].map(({ box }) => `users/${box}@contoso.com/`);
    await watchedUntil('bytes of each', async () => {
      const begunNow = (await app.outlook.sessions()).filter(({ receivedBytes }) => receivedBytes > 0);
      return boxes.every((box) => begunNow.some(({ item }) => item.startsWith(box))) || undefined;
    });
    await delay(random() * 1_000);
    build.deploy(builds[next]);
    await exchange[how]();
  }
  await app.outlook.configure({ latencyMs: { put: 0 } });
  const ended = await watchedUntil('the ends', async () => {
    const uploads = await Promise.all(begun.map(({ id }) => uploadOf(id)));
    const ofDeliveries = await Promise.all(sending.map(({ id }) => deliveryOf(id)));
    return [...uploads, ...ofDeliveries].every(isOver) ? { uploads, deliveries: ofDeliveries } : undefined;
  });

  // each exchange is told, and nothing else: a commit that a kill has cut off is searched for
  const all = [...ended.uploads, ...ended.deliveries].map(eventsOf);
  expect(all.flat().filter((event) => !ordinary.includes(event))).toEqual([]);
  expect(all.filter((events) => events.includes('resumed')).length).toBeGreaterThan(5);
  expect(all.flat()).toContain('listedAgain'); // the other builds have run
  expect(ended.deliveries.flatMap(eventsOf)).toContain('resumed');

  expect(ended.uploads.map(({ status, error }) => error ?? status)).toEqual(begun.map(() => 'succeeded'));
  expect(ended.uploads.flatMap(({ warnings }) => warnings)).toEqual([]);
  for (const { item } of begun)
    expect(await app.attachmentsOf(item!)).toMatchObject([{ name: 'long.bin', sha256: sha256(files['long.bin']) }]);
  const messages = (await app.outlook.items()) as unknown as HeldMessage[];
  expect(ended.deliveries).toMatchObject(sending.map(() => ({ status: 'succeeded', sent: true, warnings: [] })));
  for (const n of sending.keys()) {
    const [message, ...more] = messages.filter(({ props }) => props.subject === `message ${n}`);
    expect([more, message!.sends]).toEqual([[], 1]);
    const held = await app.attachmentsOf(message!.immutableId);
    expect(held.map(({ name, sha256: digest }) => [name, digest]).sort()).toEqual(
      ['a.bin', 'b.bin', 'c.bin'].map((name) => [name, sha256(files['short.bin'])]),
    );
  }
  await app.expectNoViolations({ killed: true });
});

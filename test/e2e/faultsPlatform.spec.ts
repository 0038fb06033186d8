import { randomBytes } from 'node:crypto';
import { keptUploadUrlKey } from '../../local/parts/dataDir';
import { Begun, events, FaultsWorld, largeBytes, smallBytes } from './faultsWorld';

let world: FaultsWorld;
const keys: string[] = [];

beforeAll(async () => {
  world = await FaultsWorld.start();
  keys.push(keptUploadUrlKey(world.app.laptop.dataDir));
});

const slowPost = { op: 'postAttachment', do: { delayMs: 900 } };

it('a worker that is killed in the middle of a PUT', async () => {
  let small: Begun | undefined;
  const large = await world.during(async () => {
    small = await world.begin(smallBytes, slowPost);
    await world.app.killWorker();
  });
  await world.expectAttached(large);
  await world.expectAttached(small!);
});

it('a host that is killed in the middle of a PUT and of a POST', async () => {
  let small: Begun | undefined;
  const large = await world.during(async () => {
    small = await world.begin(smallBytes, slowPost);
    await world.app.kill9();
    await world.app.restart();
  });
  await world.expectAttached(large);
  await world.expectAttached(small!);
});

it('a new key beside the old one: the session goes on', async () => {
  const upload = await world.during(async () => {
    keys.unshift(randomBytes(32).toString('base64'));
    await world.app.restart({ UPLOAD_URL_KEY: keys.join(',') });
  });
  const ended = await world.expectAttached(upload);
  expect(events(ended)).not.toContain('sessionReplaced');
});

it('a key that is gone: what it sealed is a lost session, and another one is opened', async () => {
  const upload = await world.during(async ({ item }) => {
    world.leftOpen.add(item); // no key opens its URL any more
    keys.unshift(randomBytes(32).toString('base64'));
    await world.app.restart({ UPLOAD_URL_KEY: keys[0]! });
  });
  const ended = await world.expectAttached(upload);
  expect(events(ended)).toContain('sessionReplaced');
  const left = expect.stringMatching(/^Could not be cleaned up: an upload session, open until \d{4}-/);
  expect(ended.warnings).toEqual([{ code: 'LeftBehind', detail: left }]);
});

it('settings that are wrong for a while: uploads wait and go on', async () => {
  const upload = await world.during(async ({ id }) => {
    await world.app.restart({ UPLOAD_URL_KEY: keys[0]!, RANGE_SIZE: 'many' });
    expect((await world.app.call('GET', `/api/uploads/${id}`)).status).toBe(503);
    await world.app.restart({ UPLOAD_URL_KEY: keys[0]! });
  });
  await world.expectAttached(upload);
});

it('activities that all run twice, side by side', async () => {
  await world.app.restart({ UPLOAD_URL_KEY: keys[0]!, FUNCTIONS_HOST_RUN_ACTIVITIES_TWICE: '1' });
  const uploads = [
    await world.begin(largeBytes),
    await world.begin(smallBytes),
    await world.begin(largeBytes, { op: 'putLast', do: { resetAfter: true } }),
    await world.begin(smallBytes, { op: 'postAttachment', do: { resetAfter: true } }),
  ];
  for (const { item } of uploads) world.runTwice.add(item);
  for (const upload of uploads) await world.expectAttached(upload);
  await world.during(async (cancelled) => {
    world.runTwice.add(cancelled.item);
    await world.cancel(cancelled);
    await world.expectNothing(cancelled, 'cancelled');
  });
});

it('a mailbox that is full: large files wait, small ones and other mailboxes do not, and a cancel ends the wait', async () => {
  await world.app.restart({ UPLOAD_URL_KEY: keys[0]!, MAILBOX_BYTES_PER_5_MIN: '4200000' });
  const full = 'full@contoso.com';
  const size = 4_000_000; // what one POST could carry counts as small
  await world.expectAttached(await world.beginIn(full, size));
  const waiting = await world.beginIn(full, size);
  const seen = await world.app.until(waiting.id, ({ status }) => status === 'waiting');
  expect(seen.waitingFor).toBe('mailbox');
  await world.expectAttached(await world.beginIn(full, smallBytes));
  await world.expectAttached(await world.begin(largeBytes));
  await world.cancel(waiting);
  await world.expectNothing(waiting, 'cancelled');
});

it('has met every fault, broken no rule, left no session open and told no secret', async () => {
  await world.expectCleanEnd();
  await world.expectNoSecrets(...keys);
});

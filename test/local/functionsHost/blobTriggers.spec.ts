import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { ownStorage } from '../../support/storage';
import { HostUnderTest, poll } from './hostUnderTest';

const host = new HostUnderTest({ BLOB_TRIGGERS: '1', EVERY_SECOND: '0 0 0 1 1 *' });
host.env.TRIGGER_FILE = host.file('blobs');
let service: BlobServiceClient;
beforeAll(async () => {
  host.env.AzureWebJobsStorage = await ownStorage();
  service = BlobServiceClient.fromConnectionString(host.env.AzureWebJobsStorage);
  await host.start(); // the containers are not there yet
});

type Seen = Record<string, unknown>;
const seen = (): Seen[] => host.lines('blobs').map((line) => JSON.parse(line) as Seen);
const untilSeen = (matches: (item: Seen) => boolean, count = 1): Promise<Seen[]> =>
  poll(async () => {
    const found = seen().filter(matches);
    return found.length >= count ? found : undefined;
  });

async function put(
  container: string,
  name: string,
  text: string,
  metadata?: Record<string, string>,
): Promise<ContainerClient> {
  const client = service.getContainerClient(container);
  await client.createIfNotExists();
  await client
    .getBlockBlobClient(name)
    .upload(text, Buffer.byteLength(text), { metadata, blobHTTPHeaders: { blobContentType: 'text/plain' } });
  return client;
}
/** Something put later and seen proves that the listings before it are over. */
async function untilListedAgain(mark: string): Promise<void> {
  for (const name of [`${mark}1`, `${mark}2`]) {
    await put('texts', `${name}.txt`, name);
    await untilSeen((item) => item.name === name);
  }
}

it('gives a reference, and says enough about the blob to leave its bytes alone', async () => {
  const container = await put('inbox', 'users/a%40b/ü file.txt', 'payload', { contentid: 'logo' });
  const { etag } = await container.getBlobClient('users/a%40b/ü file.txt').getProperties();
  const [item] = await untilSeen((candidate) => 'reference' in candidate);
  expect(item).toMatchObject({
    reference: { Connection: 'AzureWebJobsStorage', ContainerName: 'inbox', BlobName: 'users/a%40b/ü file.txt' },
    metadata: {
      blobTrigger: 'inbox/users/a%40b/ü file.txt',
      uri: expect.stringContaining('/inbox/users/a%2540b/%C3%BC%20file.txt'),
      name: 'users/a%40b/ü file.txt',
      metadata: { contentid: 'logo' },
      properties: { length: 7, contentType: 'text/plain', eTag: `"${etag?.replaceAll('"', '')}"` },
    },
  });
});

it('gives bytes where no reference is asked for, and only for names that match', async () => {
  await put('texts', 'other.csv', 'no');
  await put('texts', 'good.txt', 'good');
  expect(await untilSeen((item) => item.bytes === 'good')).toEqual([{ bytes: 'good', name: 'good' }]);
  expect(seen().some((item) => item.bytes === 'no')).toBe(false);
});

it('calls once a version, a new version again, and after a restart no old one', async () => {
  await put('texts', 'versions.txt', 'one');
  await untilSeen((item) => item.bytes === 'one');
  await put('texts', 'versions.txt', 'two');
  await untilSeen((item) => item.bytes === 'two');
  await host.stop(); // a kill between the handler's end and its record would rightly call it again
  await host.start();
  await untilListedAgain('afterRestart');
  expect(seen().filter((item) => item.name === 'versions')).toHaveLength(2);
});

it('tries five times, then sets the blob aside', async () => {
  await put('texts', 'bad.txt', 'bad');
  await untilSeen((item) => item.bytes === 'bad', 5);
  await untilListedAgain('afterBad');
  expect(seen().filter((item) => item.bytes === 'bad')).toHaveLength(5);
  await host.untilLogged('texts/bad.txt failed 5 times and is set aside');
});

it('runs by hand', async () => {
  await put('texts', 'hand.txt', 'hand');
  await untilSeen((item) => item.bytes === 'hand');
  await host.fetch('/admin/functions/onBytes', { method: 'POST', body: '{"input":"texts/hand.txt"}' });
  await untilSeen((item) => item.bytes === 'hand', 2);
});

describe('the Event Grid webhook', () => {
  const send = (type: string, body: unknown, name = 'Host.Functions.onGrid'): Promise<Response> =>
    host.fetch(`/runtime/webhooks/blobs?functionName=${name}`, {
      method: 'POST',
      headers: { 'aeg-event-type': type },
      body: JSON.stringify(body),
    });
  const created = (blob: string, schema: object = { eventType: 'Microsoft.Storage.BlobCreated' }): object => ({
    ...schema,
    subject: `/blobServices/default/containers/grid/blobs/${blob}`,
    data: { api: 'PutBlob', contentLength: 1 },
  });

  it('answers the validation', async () => {
    const response = await send('SubscriptionValidation', [{ data: { validationCode: 'abc' } }]);
    expect([response.status, await response.json()]).toEqual([200, { validationResponse: 'abc' }]);
  });

  it('calls the function for blobs that are there, in both schemas, and is not polled', async () => {
    await put('grid', 'a/b c.bin', 'x');
    await put('grid', 'cloud', 'x');
    await put('grid', 'untold', 'x');
    await untilListedAgain('afterGrid');
    expect(seen().filter((item) => 'grid' in item)).toEqual([]);
    expect((await send('Notification', [created('a/b c.bin'), created('missing')])).status).toBe(202);
    expect((await send('Notification', created('cloud', { type: 'Microsoft.Storage.BlobCreated' }))).status).toBe(202);
    const items = await untilSeen((item) => 'grid' in item, 2);
    expect(items.map((item) => item.grid).sort()).toEqual(['a/b c.bin', 'cloud']);
  });

  it('does not know other functions', async () => {
    expect((await send('Notification', [created('cloud')], 'Host.Functions.nobody')).status).toBe(404);
  });
});

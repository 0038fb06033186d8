import { createHash } from 'node:crypto';
import { appendFileSync, writeFileSync } from 'node:fs';
import { attached, FakeApp, unknownOutcome, uploadView } from './support/fakeApp';
import { fileOf, runToEnd, type Ended } from './support/command';
import { runHere } from './support/inProcess';

const content = 'content';
const sha256 = createHash('sha256').update(content).digest('hex');
const item = ['--item', 'users/m/messages/1'];

let app: FakeApp;
beforeEach(async () => {
  app = await FakeApp.start();
  app.on('POST /api/uploads', { status: 202, body: uploadView({ status: 'queued' }) });
  app.on('GET /api/uploads/u1', { status: 200, body: attached });
});
afterEach(() => app.stop());
const cli = (args: string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> =>
  runHere(args, { BLOB_TO_OUTLOOK_URL: app.url, ...env });
const attach = (...more: string[]): Promise<Ended> => cli(['attach', fileOf('a.txt', content), ...item, ...more]);

it('sends the file’s hash as reference, and no bytes but to storage', async () => {
  expect(await attach()).toMatchObject({ code: 0, stdout: 'AAMk\ta.txt\n' });
  const [asked] = app.requests('POST /api/uploads');
  expect(asked?.json()).toEqual({
    blob: 'uploads/.staged/1/a.txt',
    item: 'users/m/messages/1',
    name: 'a.txt',
    contentType: 'text/plain',
    isInline: false,
    reference: sha256,
  });
  expect(Buffer.concat([...app.blocks.values()]).toString()).toBe(content);
});

describe('how it ends', () => {
  it('exits with 3 where the outcome is unknown, and does not repeat it without --again', async () => {
    app.on('GET /api/uploads/u1', { status: 200, body: unknownOutcome });
    const first = await attach();
    expect([first.code, first.stdout]).toEqual([3, '']);
    expect(first.stderr).toContain('Look in Outlook whether the file is there before you do it once more (--again).');
    app.on('GET /api/uploads', { status: 200, body: { value: [{ ...unknownOutcome, reference: sha256 }] } });
    expect((await attach()).code).toBe(3);
    expect(app.requests('POST /api/uploads')).toHaveLength(1);
    app.on('GET /api/uploads/u1', { status: 200, body: attached });
    expect((await attach('--again')).code).toBe(0);
    expect(app.requests('POST /api/uploads')[1]?.json()).toMatchObject({ duplicate: 'allow' });
  });

  it('asks for a new upload after one that failed, under another key', async () => {
    const failed = uploadView({ status: 'failed', error: { code: 'ItemNotFound', detail: 'No such item.' } });
    app.on('GET /api/uploads/u1', { status: 200, body: failed });
    expect((await attach()).code).toBe(1);
    app.on('GET /api/uploads', { status: 200, body: { value: [{ ...failed, reference: sha256 }] } });
    app.on('GET /api/uploads/u1', { status: 200, body: attached });
    expect((await attach()).code).toBe(0);
    const keys = app.requests('POST /api/uploads').map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(2);
  });

  it('reports several files by the worst of them', async () => {
    let number = 0;
    app.on('POST /api/uploads', () => ({ status: 202, body: uploadView({ id: `u${++number}`, status: 'queued' }) }));
    app.on('GET /api/uploads/u2', { status: 200, body: { ...unknownOutcome, id: 'u2' } });
    expect((await cli(['attach', fileOf('a.txt', 'a'), fileOf('b.txt', 'b'), ...item])).code).toBe(3);
  });
});

describe('lost answers', () => {
  it('asks again under the same key where the answer to the POST is lost', async () => {
    app.on('POST /api/uploads', 'cut', { status: 503 }, { status: 202, body: uploadView({ status: 'queued' }) });
    expect((await attach()).code).toBe(0);
    const asked = app.requests('POST /api/uploads');
    expect(asked).toHaveLength(3);
    expect(
      new Set(asked.map(({ headers, body }) => `${String(headers['idempotency-key'])} ${body.toString()}`)).size,
    ).toBe(1);
  });

  it('finds the upload of another run where that one was quicker', async () => {
    const reused = { status: 422, body: { code: 'IdempotencyKeyReused', detail: 'Another body.' } };
    app.on('POST /api/uploads', reused);
    const other = { status: 200, body: { value: [uploadView({ status: 'running', reference: sha256 })] } };
    const none = { status: 200, body: { value: [] } };
    app.on('GET /api/uploads', none, none, none, none, other);
    expect(await attach()).toMatchObject({ code: 0, stdout: 'AAMk\ta.txt\n' });
    expect(app.requests('POST /api/uploads')).toHaveLength(1);
  });

  it('sends each block again until storage has taken it', async () => {
    const bytes = 'x'.repeat(3_500);
    let puts = 0;
    app.on('PUT /storage', (seen) => {
      puts++;
      if (puts <= 4) return puts % 2 === 0 ? 'cut' : { status: 503 };
      return app.put(seen);
    });
    const { code } = await cli(['attach', fileOf('a.txt', bytes), ...item]);
    expect(code).toBe(0);
    expect(puts).toBe(4 + 4 + 1); // faults, blocks, the list
    expect(app.blocks.size).toBe(4);
    expect(
      app
        .requests('PUT /storage')
        .at(-1)
        ?.body.toString()
        .match(/<Latest>/g),
    ).toHaveLength(4);
  });

  it('gives up on what storage refuses, without telling its URL', async () => {
    app.on('PUT /storage', { status: 403, headers: { 'x-ms-error-code': 'AuthenticationFailed' } });
    const { code, stderr } = await attach();
    expect(code).toBe(1);
    expect(stderr).toContain('it answered 403 AuthenticationFailed');
    expect(stderr).not.toContain('secret');
  });
});

it('attaches nothing of a file that changes while it is sent', async () => {
  for (const change of [
    (path: string) => appendFileSync(path, 'more'),
    (path: string) => writeFileSync(path, 'X'.repeat(20_500)),
  ]) {
    const path = fileOf('log.txt', 'x'.repeat(20_500)); // more blocks than are sent at once
    app.on('PUT /storage', (seen) => {
      change(path);
      return app.put(seen);
    });
    // as a process: what fetch throws when it is aborted is no Error of the same realm in jest
    const { code, stderr } = await runToEnd(['attach', path, ...item], { env: { BLOB_TO_OUTLOOK_URL: app.url } });
    expect([code, stderr]).toEqual([1, expect.stringContaining('changed while it was being read')]);
  }
  expect(app.requests('POST /api/uploads')).toEqual([]);
  expect(app.requests('PUT /storage').filter(({ path }) => path.includes('blocklist'))).toEqual([]);
});

describe('--dry-run', () => {
  const checked = { status: 'checked', name: 'a.txt', size: 7, method: 'post', ranges: 0 };

  it('asks what would happen, and attaches nothing', async () => {
    const warnings = [{ code: 'MayBeBlocked', detail: 'Outlook may block it.' }];
    app.on('POST /api/uploads', { status: 200, body: { ...checked, warnings } });
    const { code, stdout, stderr } = await attach('--dry-run');
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain('Outlook may block it. (MayBeBlocked)');
    expect(stderr).toContain('a.txt: would be attached by one request (7 B). Nothing was attached.');
    expect(app.requests('POST /api/uploads').map(({ path }) => path)).toEqual(['/api/uploads?dryRun=true']);
    expect(JSON.parse((await attach('--dry-run', '--json')).stdout)).toMatchObject(checked);
  });

  it('takes back what an app that does not know it has begun', async () => {
    app.on('DELETE /api/uploads/u1', { status: 409, body: { code: 'AlreadyFinished', detail: 'It has succeeded.' } });
    app.on('DELETE /api/uploads/u1/attachment', { status: 204 });
    const { code, stderr } = await attach('--dry-run');
    expect([code, stderr]).toEqual([1, expect.stringContaining('This app knows no dry run.')]);
    expect(app.requests('DELETE /api/uploads/u1/attachment')).toHaveLength(1);
  });
});

describe('retry', () => {
  const retried = { status: 202, body: uploadView({ id: 'u2', status: 'queued', retryOf: 'u1' }) };
  beforeEach(() => {
    app.on('POST /api/uploads/u1/retry', retried);
    app.on('GET /api/uploads/u2', { status: 200, body: { ...attached, id: 'u2' } });
  });

  it('does a failed upload once more', async () => {
    app.on('GET /api/uploads/u1', {
      status: 200,
      body: uploadView({ status: 'failed', error: { code: 'Throttled' } }),
    });
    expect(await cli(['retry', 'u1'])).toMatchObject({ code: 0, stdout: 'AAMk\ta.txt\n' });
  });

  it('wants --again where the outcome is unknown', async () => {
    app.on('GET /api/uploads/u1', { status: 200, body: unknownOutcome });
    expect((await cli(['retry', 'u1'])).code).toBe(3);
    expect(app.requests('POST /api/uploads/u1/retry')).toEqual([]);
    expect((await cli(['retry', 'u1', '--again'])).code).toBe(0);
    expect(app.requests('POST /api/uploads/u1/retry')[0]?.json()).toEqual({ evenIfAttached: true });
  });
});

describe('the key', () => {
  it('comes from the environment or from a file', async () => {
    await cli(['list'], { BLOB_TO_OUTLOOK_KEY: 'from-environment' });
    await cli(['list', '--key-file', fileOf('key', 'from-file\n')]);
    const keys = app.requests('GET /api/uploads').map(({ headers }) => headers['x-functions-key']);
    expect(keys).toEqual(['from-environment', 'from-file']);
  });

  it('is asked for where it is missing', async () => {
    app.on('GET /api/uploads', { status: 401 });
    const { code, stderr } = await cli(['list']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('BLOB_TO_OUTLOOK_KEY')]);
  });

  it('is no argument, does not travel in the clear, and goes to no other host', async () => {
    expect((await cli(['list', '--key', 'k'])).code).toBe(2);
    expect((await cli(['list', '--url', 'http://app.example/?code=k'])).code).toBe(2);
    const clear = await cli(['list', '--url', 'http://app.example'], { BLOB_TO_OUTLOOK_KEY: 'k' });
    expect([clear.code, clear.stderr]).toEqual([2, expect.stringContaining('unencrypted')]);
    app.on('GET /api/uploads', { status: 302, headers: { location: `${app.url}/elsewhere` } });
    expect((await cli(['list'], { BLOB_TO_OUTLOOK_KEY: 'k' })).code).toBe(1);
    expect(app.requests('GET /elsewhere')).toEqual([]);
  });
});

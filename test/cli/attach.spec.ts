import { createHash, randomBytes } from 'node:crypto';
import { startApp, TestApp } from '../support/app';
import { fileOf, runToEnd, type Ended } from './support/command';
import { runHere } from './support/inProcess';

const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterEach(async () => {
  await app.expectNoViolations();
});
/** As a process. */
const cli = (args: string[], input?: string | Buffer): Promise<Ended> =>
  runToEnd(args, { env: { BLOB_TO_OUTLOOK_URL: app.apiUrl }, ...(input === undefined ? {} : { input }) });
/** Where the process itself is nothing new: each takes a second to start. */
const here = (args: string[]): Promise<Ended> => runHere(args, { BLOB_TO_OUTLOOK_URL: app.apiUrl });
const newItem = (): Promise<string> => app.outlook.createItem();

it('attaches a file in blocks, prints its id and name, and says the rest on stderr', async () => {
  const bytes = randomBytes(9_000_000);
  const item = await newItem();
  const { code, stdout, stderr } = await cli(['attach', fileOf('q3.pdf', bytes), '--item', item]);
  const [held] = await app.attachmentsOf(item);
  expect(held).toMatchObject({ name: 'q3.pdf', sha256: sha256(bytes), contentType: 'application/pdf' });
  expect([code, stdout]).toEqual([0, `${held?.immutableId ?? ''}\tq3.pdf\n`]);
  expect(stderr).toMatch(/^q3\.pdf: to storage 100 % \(9\.0 MB of 9\.0 MB\)$/m);
  expect(stderr).toMatch(/^q3\.pdf: to Outlook 100 %/m);
  expect(stderr).not.toContain('\u001b');
});

it('attaches several files and prints them in their order; run again it attaches nothing twice', async () => {
  const item = await newItem();
  const files = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => fileOf(`${name}.txt`, `file ${name}`));
  const first = await here(['attach', ...files, '--item', item]);
  expect(first.code).toBe(0);
  expect(first.stdout.split('\n').map((line) => line.split('\t')[1])).toEqual([
    ...['a.txt', 'b.txt', 'c.txt', 'd.txt', 'e.txt', 'f.txt'],
    undefined,
  ]);
  const again = await here(['attach', ...files, '--item', item]);
  expect([again.code, again.stdout]).toEqual([0, first.stdout]);
  expect(again.stderr).toContain('a.txt: was attached before; nothing was done. To attach it once more: --again');
  expect(await app.attachmentsOf(item)).toHaveLength(6);
  expect((await here(['attach', files[0]!, '--item', item, '--again'])).code).toBe(0);
  expect(await app.attachmentsOf(item)).toHaveLength(7);
});

it('holds the SHA-256 in the reference, and finds the same content under a reference of one’s own too', async () => {
  const item = await newItem();
  const file = fileOf('a.txt', 'content');
  await here(['attach', file, '--item', item, '--name', 'one.txt']);
  await here(['attach', file, '--item', item, '--name', 'two.txt', '--reference', 'order 4711']);
  const found = await app.call<{ value: { name: string }[] }>('GET', `/api/uploads?reference=${sha256('content')}`);
  expect(found.body.value.map(({ name }) => name)).toEqual(['one.txt']);
  const own = await here(['list', '--reference', 'order 4711', '--json']);
  expect(JSON.parse(own.stdout)).toMatchObject({ name: 'two.txt', status: 'succeeded' });
  await here(['attach', file, '--item', item, '--name', 'one.txt', '--reference', 'order 4712']);
  await here(['attach', file, '--item', item, '--name', 'two.txt']);
  expect(await app.attachmentsOf(item)).toHaveLength(2);
});

it('two runs at the same instant attach it once', async () => {
  const item = await newItem();
  const file = fileOf('both.txt', 'the same');
  const runs = await Promise.all([1, 2, 3].map(() => cli(['attach', file, '--item', item])));
  expect(runs.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(new Set(runs.map(({ stdout }) => stdout)).size).toBe(1);
  expect(await app.attachmentsOf(item)).toHaveLength(1);
});

it('reads standard input, and sends names in NFC', async () => {
  const item = await newItem();
  const bytes = randomBytes(5_000_000);
  const { code, stdout } = await cli(['attach', '-', '--name', 'Cafe\u0301.bin', '--item', item], bytes);
  expect([code, stdout.trim().split('\t')[1]]).toEqual([0, 'Caf\u00e9.bin']);
  expect(await app.attachmentsOf(item)).toMatchObject([{ name: 'Caf\u00e9.bin', sha256: sha256(bytes) }]);
});

it('attaches an image of the body', async () => {
  const item = await newItem();
  const { code } = await here([
    'attach',
    fileOf('logo.png', 'png'),
    '--item',
    item,
    '--inline',
    '--content-id',
    'logo',
  ]);
  expect(code).toBe(0);
  expect(await app.attachmentsOf(item)).toMatchObject([
    { isInline: true, contentId: 'logo', contentType: 'image/png' },
  ]);
});

it('makes a draft, attaches to it and sends it, once', async () => {
  const draft = ['--new-draft', 'alex@contoso.com', '--subject', 'Q3', '--to', 'megan@contoso.com', '--send'];
  const files = [fileOf('a.txt', 'a'), fileOf('b.bin', randomBytes(4_000_000))];
  const first = await here(['attach', ...files, ...draft]);
  expect(first.code).toBe(0);
  expect(first.stdout.split('\n').map((line) => line.split('\t')[1])).toEqual(['a.txt', 'b.bin', undefined]);
  expect(first.stderr).toMatch(/^2 attached and sent$/m);
  const again = await here(['attach', ...files, ...draft]);
  expect([again.code, again.stdout]).toEqual([0, first.stdout]);
  const sends = (await app.outlook.items()) as { path: string; sends?: number }[];
  expect(sends.filter(({ path }) => path.includes('alex@')).map((each) => each.sends)).toEqual([1]);
});

it('does not wait with --no-wait; watch does, and tells the attachment', async () => {
  const item = await newItem();
  const started = await here(['attach', fileOf('later.txt', 'later'), '--item', item, '--no-wait']);
  const [id = '', name] = started.stdout.trim().split('\t');
  expect([started.code, name]).toEqual([0, 'later.txt']);
  const watched = await here(['watch', id]);
  const [held] = await app.attachmentsOf(item);
  expect([watched.code, watched.stdout]).toEqual([0, `${held?.immutableId ?? ''}\tlater.txt\n`]);
  const shown = await here(['show', id]);
  expect(shown.stdout).toMatch(/^status +succeeded$/m);
  expect(JSON.parse((await here(['show', id, '--json'])).stdout)).toMatchObject({ id, status: 'succeeded' });
  const cancelled = await here(['cancel', id]);
  expect([cancelled.code, cancelled.stderr]).toEqual([1, 'It has succeeded already; there is nothing to cancel.\n']);
});

it('prints one JSON object a line with --json, also for what failed', async () => {
  const item = await newItem();
  const good = await here(['attach', fileOf('a.txt', 'a'), fileOf('empty.txt', ''), '--item', item, '--json']);
  const lines = good.stdout.trim().split('\n');
  expect(good.code).toBe(1);
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { status: 'succeeded', name: 'a.txt' },
    { file: expect.stringMatching(/empty\.txt$/), error: { code: 'EmptyBlob' } },
  ]);
});

it('exits with 1 and the app’s words for what is refused or fails', async () => {
  const refused = await here(['attach', fileOf('a.txt', 'a'), '--item', 'users/megan@contoso.com/mesages/1']);
  expect([refused.code, refused.stdout]).toEqual([1, '']);
  expect(refused.stderr).toContain('InvalidItem');
  const missing = await here(['show', '01930d7c-0000-7000-8000-000000000000']);
  expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('UploadNotFound')]);
});

it('attaches the largest file there is', async () => {
  const item = await app.outlook.createItem('users/large@contoso.com/messages');
  const bytes = randomBytes(157_286_400);
  const { code, stdout } = await cli(['attach', fileOf('large.bin', bytes), '--item', item]);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/\tlarge\.bin\n$/)]);
  expect(await app.attachmentsOf(item)).toMatchObject([{ sha256: sha256(bytes), method: 'session' }]);
}, 180_000);

it('refuses a mailbox before it sends a large file', async () => {
  await app.restart({ ALLOWED_MAILBOXES: 'megan@contoso.com' });
  const args = ['attach', fileOf('large.bin', Buffer.alloc(9_000_000)), '--item', 'users/alex@contoso.com/messages/1'];
  const { code, stderr } = await cli(args);
  expect([code, stderr]).toEqual([1, expect.stringContaining('MailboxNotAllowed')]);
  expect(stderr).not.toContain('to storage');
});

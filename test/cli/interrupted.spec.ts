import { randomBytes } from 'node:crypto';
import { startApp, TestApp } from '../support/app';
import { endOf, fileOf, runToEnd, start, until, untilSaid, type Command } from './support/command';

jest.setTimeout(400_000);

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
const options = () => ({ env: { BLOB_TO_OUTLOOK_URL: app.apiUrl } });
const cli = (args: string[]) => runToEnd(args, options());

interface Sending {
  readonly args: string[];
  readonly item: string;
  readonly command: Command;
}

/**
 * A file that has begun to go to Outlook and waits there: the service asks to come back in so many seconds. Each has a
 * mailbox of its own, because its mailbox waits with it.
 */
async function waiting(name: string, seconds: number): Promise<Sending> {
  const item = await app.outlook.createItem(`users/${name}@contoso.com/messages`);
  const answer = { status: 429, headers: { 'retry-after': `${seconds}` } };
  await app.faults({ on: { op: 'put', item }, do: { answer } });
  const args = ['attach', fileOf(name, randomBytes(9_000_000)), '--item', item];
  const command = start(args, options());
  await untilSaid(command, /waiting: Microsoft throttles this mailbox/);
  await app.expectFaultsConsumed();
  return { args, item, command };
}
const longerThanTheTest = 600;

it('cancels at the first Ctrl-C, and waits until nothing is left behind', async () => {
  const { item, command } = await waiting('once.bin', longerThanTheTest);
  command.child.kill('SIGINT');
  const { code, stdout, stderr } = await endOf(command);
  expect([code, stdout]).toEqual([130, '']);
  expect(stderr).toContain(
    'Cancelling, and waiting until nothing is left behind. Press Ctrl-C again to leave at once.',
  );
  expect(stderr).toContain('once.bin: cancelled; nothing is left behind');
  expect(await app.attachmentsOf(item)).toEqual([]);
  await app.expectNoViolations();
});

it('leaves at the second Ctrl-C, and says how to look at what goes on', async () => {
  const { command } = await waiting('twice.bin', longerThanTheTest);
  await app.outlook.configure({ latencyMs: { cancelSession: 10_000 } });
  command.child.kill('SIGINT');
  await untilSaid(command, /Cancelling/);
  command.child.kill('SIGINT');
  const { code, stderr } = await endOf(command);
  const [, id = ''] =
    /^twice\.bin goes on without this command\. Look at it: blob-to-outlook show (\S+)$/m.exec(stderr) ?? [];
  expect(code).toBe(130);
  await app.outlook.configure({ latencyMs: {} });
  const watched = await cli(['watch', id]);
  expect([watched.code, watched.stderr]).toEqual([1, expect.stringContaining('cancelled')]);
});

it('goes on with what a killed run had begun, and attaches it once', async () => {
  const { args, item, command } = await waiting('killed.bin', 2);
  command.child.kill('SIGKILL');
  expect(await command.ended).toBe('SIGKILL');
  const { code, stdout } = await cli(args);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/\tkilled\.bin\n$/)]);
  expect(await app.attachmentsOf(item)).toHaveLength(1);
  await app.expectNoViolations();
});

it('sends the file again where the run was killed before it asked for the upload', async () => {
  const item = await app.outlook.createItem();
  const args = ['attach', fileOf('early.bin', randomBytes(16_000_000)), '--item', item];
  const command = start(args, options());
  await untilSaid(command, /to storage/);
  command.child.kill('SIGKILL');
  await command.ended;
  expect((await cli(args)).code).toBe(0);
  expect(await app.attachmentsOf(item)).toHaveLength(1);
});

it('outlives a kill of the app', async () => {
  const { item, command } = await waiting('survivor.bin', 20);
  await app.kill9();
  await untilSaid(command, /Nothing answers at .*Trying again/);
  await app.restart();
  const { code } = await endOf(command);
  expect(code).toBe(0);
  expect(await app.attachmentsOf(item)).toHaveLength(1);
});

it('watch leaves at the first Ctrl-C, and the upload goes on; cancel ends it', async () => {
  const { command } = await waiting('watched.bin', longerThanTheTest);
  command.child.kill('SIGKILL');
  const [id = ''] = (await cli(['list', '--limit', '1'])).stdout.split('\t');
  const watching = start(['watch', id], options());
  await untilSaid(watching, /to Outlook/);
  watching.child.kill('SIGINT');
  const { code, stderr } = await endOf(watching);
  expect([code, stderr]).toEqual([130, expect.stringContaining(`blob-to-outlook show ${id}`)]);
  const cancelled = await cli(['cancel', id]);
  expect([cancelled.code, cancelled.stderr]).toEqual([0, expect.stringContaining('watched.bin: cancelled')]);
});

describe('a reader that leaves', () => {
  it('is no fault of list', async () => {
    const command = start(['list'], options());
    command.child.stdout?.destroy();
    const { code, stderr } = await endOf(command);
    expect([code, stderr]).toEqual([0, '']);
  });

  it('does not stop attach', async () => {
    const item = await app.outlook.createItem();
    const command = start(['attach', fileOf('unread.txt', 'unread'), '--item', item], options());
    command.child.stdout?.destroy();
    command.child.stderr?.destroy();
    expect(await command.ended).toBe(0);
    await until(async () => (await app.attachmentsOf(item)).length === 1);
  });
});

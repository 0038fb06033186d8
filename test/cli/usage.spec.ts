import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { appRoot } from '../../local/parts/paths';
import { freePorts } from '../../local/parts/ports';
import { fileOf, runToEnd, tempFolder } from './support/command';
import { runHere } from './support/inProcess';

/** Nobody listens there: whatever is refused as wrong usage has not asked the app. */
const env: NodeJS.ProcessEnv = {};
beforeAll(async () => {
  env['BLOB_TO_OUTLOOK_URL'] = `http://127.0.0.1:${(await freePorts(1))[0] ?? 0}`;
});
const cli = (...args: string[]) => runHere(args, env);

it.each([
  [[], 'Commands'],
  [['frobnicate'], 'There is no command "frobnicate"'],
  [['attach', '--item', 'users/m/messages/1'], 'Name at least one FILE'],
  [['attach', 'FILE'], '--item PATH, or --new-draft MAILBOX'],
  [['attach', 'FILE', '--item', 'x', '--new-draft', 'm@contoso.com'], 'not both'],
  [['attach', 'FILE', 'FILE', '--item', 'x', '--name', 'y'], '--name names one file'],
  [['attach', '-', '--item', 'x'], 'Standard input (-) has no name'],
  [['attach', 'FILE', '--item', 'x', '--subject', 'y'], '--subject and --to belong to --new-draft'],
  [['attach', 'FILE', '--new-draft', 'm@contoso.com', '--dry-run'], '--dry-run'],
  [['attach', 'FILE', '--item', 'x', '--bogus'], 'Unknown option'],
  [['attach', '/no/such/file', '--item', 'x'], 'there is no such file'],
  [['attach', 'FOLDER', '--item', 'x'], 'regular file'],
  [['attach', 'FILE', '--item', 'x', '--key-file', '/no/such/key'], '--key-file'],
  [['show'], 'Give one ID'],
  [['show', '../health'], 'no id'],
  [['list', '--limit', '0'], '--limit'],
  [['list', '--url', 'ftp://x'], '--url'],
  [['doctor', 'x'], 'options only'],
])('%j is wrong usage: 2, with help, and nothing is sent', async (args, words) => {
  const replaced = args.map((arg) => (arg === 'FILE' ? fileOf('a.txt', 'a') : arg === 'FOLDER' ? tempFolder() : arg));
  const { code, stdout, stderr } = await cli(...replaced);
  expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(words)]);
  expect(stderr).toContain('--help');
});

it('says where it looked when nobody answers', async () => {
  const args = ['attach', fileOf('a.txt', 'a'), '--item', 'users/m/messages/1'];
  const { code, stderr } = await runToEnd(args, { env });
  expect([code, stderr]).toEqual([1, expect.stringMatching(/Nothing answers at http:\S+ \(ECONNREFUSED\)/)]);
});

it.each(['attach', 'list', 'show', 'watch', 'cancel', 'retry', 'doctor', 'probe'])(
  '%s --help begins with examples',
  async (command) => {
    const { code, stdout, stderr } = await cli(command, '--help');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.indexOf('Examples')).toBeLessThan(stdout.indexOf('--'));
    expect(stdout).toContain('Exit codes');
  },
);

it('knows its version', async () => {
  const { version } = JSON.parse(readFileSync(join(appRoot, 'package.json'), 'utf8')) as { version: string };
  expect(await runToEnd(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

it('exits so as a process too', async () => {
  const { code, stderr } = await runToEnd(['attach', '--item', 'x'], { env });
  expect([code, stderr]).toEqual([2, expect.stringContaining('Name at least one FILE')]);
});

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppClient } from '../../local/parts/appClient';
import { OutlookControl } from '../../local/parts/outlookControl';
import { appRoot, distFile } from '../../local/parts/paths';
import { freePorts } from '../../local/parts/ports';
import { blobService, putBlob } from '../../local/parts/storage';
import { ownStorage } from '../support/storage';

/** A command of ours, running, and what it has said. */
interface Command {
  child: ChildProcess;
  said(): string;
  complained(): string;
  /** the exit code, or the signal, once nobody holds its output any more: below a shell that is the command itself */
  ended: Promise<number | string>;
}

jest.setTimeout(400_000); // several whole starts a test, on a machine that may be busy

let folder = '';
const commands: Command[] = [];
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'blob-to-outlook-start-'))));
afterEach(async () => {
  for (const { child, ended } of commands.splice(0)) {
    child.kill('SIGTERM');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 15, retryDelay: 100 });
});

const run = (script: string, env: NodeJS.ProcessEnv = {}): Command =>
  command(process.execPath, [distFile('local', script)], env);

/** With a shell in between that passes no signal on. */
const runBelowNpm = (script: string): Command =>
  command('sh', ['-c', `"${process.execPath}" "${distFile('local', script)}"; true`], { npm_lifecycle_event: 'start' });

function command(file: string, args: string[], env: NodeJS.ProcessEnv): Command {
  const child = spawn(file, args, {
    cwd: appRoot,
    env: {
      ...process.env,
      PORT: '0',
      DATA_DIR: join(folder, 'data'),
      AzureWebJobsStorage: '',
      GRAPH_ENDPOINT: '',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [said, complained] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (said += data.toString()));
  child.stderr.on('data', (data: Buffer) => (complained += data.toString()));
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  const running = { child, said: () => said, complained: () => complained, ended };
  commands.push(running);
  return running;
}

/** The time limit of the test ends it. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(25);
}

/** Waits for the ready line. @returns the URL in it */
async function ready(command: Command): Promise<string> {
  for (const giveUpAt = Date.now() + 150_000; Date.now() < giveUpAt;) {
    const line = /^Ready: (http:\/\/127\.0\.0\.1:\d+)$/m.exec(command.said());
    if (line?.[1]) return line[1];
    if (command.child.exitCode !== null) break;
    await delay(25);
  }
  throw new Error(`Not ready: ${command.said()}\n${command.complained()}`);
}

const told = (command: Command, pattern: RegExp): string => pattern.exec(command.said())?.[1] ?? '';
const storageOf = (command: Command): string => told(command, /^export AZURE_STORAGE_CONNECTION_STRING='(\S+)'$/m);
const outlookOf = (command: Command): string => told(command, /^Outlook stand-in: (http:\/\/\S+)\/ /m);

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}

async function containersOf(storage: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of blobService(storage).listContainers()) names.push(name);
  return names;
}

const commandLine = (pid: number): string => readFileSync(`/proc/${pid}/cmdline`, 'utf8');

/** What runs below that process: the parts. */
function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

const onLinux = process.platform === 'linux' ? it : it.skip;

describe('npm start', () => {
  it('serves once it says so, prints a call that works, stops all on SIGTERM, and keeps key, ports and data', async () => {
    const first = run('start.js');
    const app = new AppClient(await ready(first));
    const [storage, outlook] = [storageOf(first), outlookOf(first)];
    const health = await app.call('GET', '/api/health');
    expect([health.status, health.body]).toEqual([200, { status: 'ok' }]);
    expect(await containersOf(storage)).toEqual(expect.arrayContaining(['outbox', 'receipts', 'uploads']));
    const body = told(first, /^curl .* -d '(.+)'$/m);
    const { id } = await app.createUpload(JSON.parse(body) as Record<string, unknown>);
    const look = told(first, /^curl -s '(http.+)'$/m);
    expect(await (await fetch(look)).json()).toMatchObject({ value: [{ id }] });
    expect(first.said()).toMatch(/^Ctrl-C stops everything/m);
    expect(await app.untilFinal(id)).toMatchObject({ status: 'succeeded', name: 'hello.txt' });
    const keyFile = join(folder, 'data', 'upload-url.key');
    const key = readFileSync(keyFile, 'utf8');
    expect(statSync(keyFile).mode & 0o077).toBe(0);

    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    expect([await answers(app.apiUrl), await answers(outlook)]).toEqual([false, false]);

    const second = runBelowNpm('start.js');
    const again = new AppClient(await ready(second));
    expect([storageOf(second), outlookOf(second)]).toEqual([storage, outlook]);
    expect(readFileSync(keyFile, 'utf8')).toBe(key);
    expect((await again.call('GET', `/api/uploads/${id}`)).body).toMatchObject({ status: 'succeeded' });
    second.child.kill('SIGTERM'); // the shell's, as npm does it
    await second.ended;
    await until(async () => !(await answers(again.apiUrl)) && !(await answers(outlook)));
  });

  onLinux(
    'starts again on its port after a kill -9, also of everything, and ends with a message when a part dies',
    async () => {
      const [port] = await freePorts(1);
      const orphaning = run('start.js', { PORT: `${port}` });
      await ready(orphaning);
      orphaning.child.kill('SIGKILL');
      await orphaning.ended;

      const killed = run('start.js', { PORT: `${port}` });
      expect(await ready(killed)).toBe(`http://127.0.0.1:${port}`);
      const pid = killed.child.pid ?? 0;
      for (const one of [...childrenOf(pid), pid]) process.kill(one, 'SIGKILL');
      await killed.ended;

      const last = run('start.js', { PORT: `${port}` });
      const apiUrl = await ready(last);
      const azurite = childrenOf(last.child.pid ?? 0).find((child) => commandLine(child).includes('azurite.js'));
      process.kill(azurite ?? 0, 'SIGKILL');
      expect(await last.ended).toBe(1);
      expect(last.complained()).toContain('Azurite ended by itself: SIGKILL');
      expect([await answers(apiUrl), await answers(outlookOf(last))]).toEqual([false, false]);
    },
  );

  it('uses the storage and the Graph root that it is given, and starts neither', async () => {
    const first = run('start.js');
    await ready(first);
    const storage = await ownStorage();
    const second = run('start.js', {
      AzureWebJobsStorage: storage,
      GRAPH_ENDPOINT: outlookOf(first),
      DATA_DIR: join(folder, 'other'),
    });
    const app = new AppClient(await ready(second));
    expect([storageOf(second), outlookOf(second)]).toEqual(['', '']);
    await putBlob(storage, 'uploads', 'a.txt', Buffer.from('a'));
    const outlook = new OutlookControl(outlookOf(first));
    const item = await outlook.createItem();
    const upload = await app.untilFinal((await app.createUpload({ blob: 'uploads/a.txt', item })).id);
    expect(upload.status).toBe('succeeded');
    expect(await outlook.attachments(item)).toHaveLength(1);
  });

  it('serves the answers that name the settings that are wrong', async () => {
    const command = run('start.js', { RANGE_SIZE: 'large' });
    const refused = await new AppClient(await ready(command)).call<{ code: string }>('GET', '/api/uploads');
    expect([refused.status, refused.body.code]).toEqual([503, 'NotConfigured']);
    expect(JSON.stringify(refused.body)).toContain('RANGE_SIZE');
  });

  it('says so when its port stays taken', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const command = run('start.js', { PORT: String((holder.address() as AddressInfo).port) });
    expect(await command.ended).toBe(1);
    expect(command.complained()).toMatch(/^Port \d+ is taken\./m);
    holder.close();
  });
});

describe('npm run start:func', () => {
  onLinux('runs func with the settings of the app, and stops with it', async () => {
    const seen = join(folder, 'seen.json');
    const func = join(folder, 'func');
    writeFileSync(func, fakeFunc(seen));
    chmodSync(func, 0o755);
    const command = run('startFunc.js', { PATH: [folder, process.env['PATH']].join(delimiter) });
    const apiUrl = await ready(command);
    const { args, env } = JSON.parse(readFileSync(seen, 'utf8')) as { args: string[]; env: Record<string, string> };
    expect(args).toEqual(['start', '--port', new URL(apiUrl).port]);
    expect(env).toMatchObject({ FUNCTIONS_WORKER_RUNTIME: 'node', GRAPH_ENDPOINT: expect.stringMatching(/^http:/) });
    expect([env['AzureWebJobsStorage'], env['UPLOAD_URL_KEY']]).toEqual([expect.any(String), expect.any(String)]);
    command.child.kill('SIGINT');
    expect(await command.ended).toBe(0);
    expect(await answers(apiUrl)).toBe(false);
  });
});

/** Answers like a healthy app, and writes down how it was called. */
const fakeFunc = (seen: string): string => `#!${process.execPath}
const args = process.argv.slice(2);
if (args[0] === '--version') process.exit(0);
require('fs').writeFileSync(${JSON.stringify(seen)}, JSON.stringify({ args, env: process.env }));
require('http').createServer((_, reply) => reply.end('{"status":"ok"}')).listen(Number(args[2]), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
`;

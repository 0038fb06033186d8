import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encoded, http, MiB, rangeHeaders, SEEDED, sha256, someBytes } from './standIn';

const main = join(__dirname, '../../../dist/local/outlook/main.js');
const bytes = someBytes(6 * MiB);
const half = bytes.length / 2;

interface Running {
  readonly child: ChildProcess;
  readonly graph: string;
  readonly line: string;
}

function start(dataDir: string): Promise<Running> {
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('it ended before it was ready')));
    child.stdout.once('data', (chunk: Buffer) => {
      const line = chunk.toString();
      resolve({ child, line, graph: /graph=(\S+)/.exec(line)?.[1] ?? '' });
    });
  });
}

function ended({ child }: Running, signal: NodeJS.Signals): Promise<number | null> {
  const done = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill(signal);
  return done;
}

const put = (url: string, from: number, to: number) =>
  http('PUT', url, rangeHeaders(from, to - 1, bytes.length), bytes.subarray(from, to));

describe('as a process of its own', () => {
  let dataDir: string;
  let running: Running;

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'outlook-'));
    running = await start(dataDir);
  });
  afterEach(async () => {
    if (running.child.exitCode === null && running.child.signalCode === null) await ended(running, 'SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  });

  const control = async (path: string) => (await http('GET', `${running.graph}/_/${path}`)).json.value;

  async function openSession(): Promise<string> {
    const body = JSON.stringify({ AttachmentItem: { attachmentType: 'file', name: 'big', size: bytes.length } });
    const headers = { authorization: 'Bearer local', 'content-type': 'application/json' };
    const path = `${running.graph}/v1.0/${encoded(SEEDED.draft)}/attachments/createUploadSession`;
    return (await http('POST', path, headers, body)).json.uploadUrl;
  }

  it('says where it is in one line, and ends cleanly when asked to', async () => {
    expect(running.line).toMatch(
      /^Outlook stand-in ready: graph=http:\/\/127\.0\.0\.1:\d+ upload=http:\/\/127\.0\.0\.1:\d+\n$/,
    );
    expect(await ended(running, 'SIGTERM')).toBe(0);
  });

  it('goes on with a session after kill -9, at the same URL', async () => {
    const url = await openSession();
    expect((await put(url, 0, half)).status).toBe(200);
    await ended(running, 'SIGKILL');
    running = await start(dataDir);
    expect((await control('sessions'))[0]).toMatchObject({ state: 'open', receivedBytes: half });
    expect((await put(url, half, bytes.length)).status).toBe(201);
    expect((await control('attachments'))[0]!.sha256).toBe(sha256(bytes));
  });

  it('keeps what was attached, items made by hand and deletions over kill -9', async () => {
    const url = await openSession();
    await put(url, 0, bytes.length);
    const cancelled = await openSession();
    await http('DELETE', cancelled);
    const json = { 'content-type': 'application/json' };
    const made = await http('POST', `${running.graph}/_/items`, json, JSON.stringify({ path: 'users/x@y.z/messages' }));
    await ended(running, 'SIGKILL');
    running = await start(dataDir);
    expect((await control('attachments'))[0]).toMatchObject({ sha256: sha256(bytes), item: SEEDED.draft });
    expect((await put(cancelled, 0, half)).status).toBe(404);
    expect((await control('items')).map(({ id }) => id)).toContain(made.json.id);
  });

  it('removes bytes that nothing names, and keeps those of open sessions', async () => {
    const files = join(dataDir, 'outlook', 'files');
    await put(await openSession(), 0, half);
    const kept = readdirSync(files);
    await ended(running, 'SIGKILL');
    writeFileSync(join(files, 'stray'), 'cut short');
    running = await start(dataDir);
    expect(readdirSync(files)).toEqual(kept);
  });

  it('finds another port where its own was taken meanwhile', async () => {
    const port = Number(new URL(running.graph).port);
    await ended(running, 'SIGKILL');
    const thief = createServer().listen(port, '127.0.0.1');
    await once(thief, 'listening');
    running = await start(dataDir);
    thief.close();
    expect(running.graph).not.toContain(String(port));
    expect((await control('items')).length).toBeGreaterThan(0);
  });
});

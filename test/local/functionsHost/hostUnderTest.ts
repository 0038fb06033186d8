import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const main = join(__dirname, '../../../dist/local/functionsHost/main.js');
const running = new Set<HostUnderTest>();

afterAll(async () => {
  await Promise.all([...running].map((host) => host.kill()));
  for (const host of running) rmSync(host.dir, { recursive: true, force: true, maxRetries: 3 });
});

/** A status as the durable client of the fixture app tells it. */
export interface StatusView {
  runtimeStatus: string;
  input: unknown;
  output: unknown;
  customStatus: unknown;
  createdTime: string;
  lastUpdatedTime: string;
}

/** The built host with an app (by default the fixture), as a process with a data folder of its own. */
export class HostUnderTest {
  readonly dir = mkdtempSync(join(tmpdir(), 'functions-host-spec-'));
  url = '';
  log = '';
  private child: ChildProcess | undefined;

  constructor(
    readonly env: Record<string, string> = {},
    private readonly appDir = join(__dirname, 'fixtureApp'),
  ) {
    running.add(this);
  }

  get isRunning(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Starts the host, again on the same data; resolves once it serves. */
  async start(): Promise<this> {
    const child = this.spawn();
    let out = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (out += text));
    this.url = await poll(async () => {
      if (child.exitCode !== null) throw new Error(`The host ended: ${this.log}`);
      return /^Functions host ready: (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(out)?.[1];
    });
    return this;
  }

  /** For a host that is to refuse: waits for its end. @returns the exit code */
  async startAndEnd(): Promise<number> {
    const child = this.spawn();
    await once(child, 'close'); // with its last words
    return child.exitCode ?? -1;
  }

  /** kill -9, and the worker ends by itself. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** @returns the exit code */
  async stop(): Promise<number | null> {
    return this.end('SIGTERM');
  }

  fetch(path: string, init?: RequestInit): Promise<Response> {
    return fetch(this.url + path, init);
  }

  /** One call of the real durable client inside the app. */
  async client<T>(call: string, ...args: unknown[]): Promise<T> {
    const response = await this.fetch('/client', { method: 'POST', body: JSON.stringify({ call, args }) });
    const { value, error } = (await response.json()) as { value: T; error?: string };
    if (error !== undefined) throw new Error(error);
    return value;
  }

  begin(name: string, instanceId: string, input?: unknown): Promise<string> {
    return this.client('startNew', name, { instanceId, input });
  }

  status(id: string): Promise<StatusView> {
    return this.client('getStatus', id);
  }

  /** Starts an orchestration and waits for its end. */
  async run(name: string, instanceId: string, input?: unknown): Promise<StatusView> {
    await this.begin(name, instanceId, input);
    return this.finished(instanceId);
  }

  /** Waits for the end; asks the host itself, since a worker may be down for a moment. */
  finished(id: string): Promise<StatusView> {
    return poll(async () => {
      const response = await this.fetch(`/runtime/webhooks/durabletask/instances/${id}`);
      return response.status === 200 ? ((await response.json()) as StatusView) : undefined;
    });
  }

  /** Lines that the fixture's activities have written so far. */
  lines(file: string): string[] {
    const path = this.file(file);
    const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
    return lines.slice(0, -1); // the last one may be half written
  }

  file(name: string): string {
    return join(this.dir, name);
  }

  untilLine(file: string, line: string): Promise<string> {
    return poll(async () => this.lines(file).find((candidate) => candidate === line));
  }

  /** Waits for what the host says on stderr: it may come later than what it does. */
  async untilLogged(text: string): Promise<void> {
    await poll(async () => this.log.includes(text) || undefined);
  }

  private spawn(): ChildProcess {
    const env = {
      ...process.env,
      PORT: '0',
      FUNCTIONS_APP_DIR: this.appDir,
      DATA_DIR: join(this.dir, 'data'),
      EVERY_SECOND: '0 0 0 1 1 *',
      ...this.env,
    };
    const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.log += text));
    this.child = child;
    return child;
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    const { child } = this;
    if (!child || !this.isRunning) return child?.exitCode ?? null;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
    return child.exitCode;
  }
}

/** Asks until there is an answer; a spec's own timeout ends it. */
export async function poll<T>(ask: () => Promise<T | undefined>, withinMs = 120_000): Promise<T> {
  const endAt = Date.now() + withinMs;
  while (Date.now() < endAt) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await delay(15);
  }
  throw new Error('It did not happen in time.');
}

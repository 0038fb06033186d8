import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { constants } from 'node:os';
import { join } from 'node:path';
import { log } from './log';
import type { FromWorker, FunctionMetadata, Invocation, ToWorker, TypedData } from './protocol';

/**
 * Bytes that stream through leave young garbage outside the heap: collected early, the process stays small. The larger
 * compiler takes some 10 MB for a while and gains nothing where bytes are only passed on: the smaller one does.
 */
const flatMemory = ['--max-semi-space-size=1', '--maglev', '--no-turbofan'];

/** What a function threw, as text: its class ends at the process boundary, as in Azure. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
  constructor(
    message: string,
    readonly remoteStack: string,
  ) {
    super(message);
  }
}

/** The worker died with this call in flight, or is not up. */
export class WorkerExited extends Error {
  override readonly name = 'WorkerExited';
}

interface Call {
  resolve(value: TypedData | null): void;
  reject(error: Error): void;
}

const restartDelaysMs = [0, 250, 1_000, 5_000];
const stableAfterMs = 5_000;

/** Keeps one worker process alive and calls functions in it. Emits `up` each time the app is loaded. */
export class Worker extends EventEmitter<{ up: [] }> {
  functions: FunctionMetadata[] = [];
  refusals: string[] = [];
  private child: ChildProcess | undefined;
  private readonly calls = new Map<number, Call>();
  private nextId = 1;
  private isUp = false;
  private stopping = false;
  private quickDeaths = 0;

  constructor(
    private readonly appDir: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {
    super();
    this.setMaxListeners(0);
  }

  /** Forks the worker and waits until the app is loaded. */
  async start(): Promise<void> {
    this.fork();
    await this.ready();
  }

  /** Resolves once a worker with the loaded app is up. */
  async ready(): Promise<void> {
    if (!this.isUp) await once(this, 'up');
  }

  /**
   * Calls a function.
   * @throws FunctionError what it threw; WorkerExited when the process died meanwhile or is down
   */
  invoke(invocation: Invocation): Promise<TypedData | null> {
    const { child } = this;
    if (!child || !this.isUp) return Promise.reject(new WorkerExited('The worker is starting.'));
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.calls.set(id, { resolve, reject });
      child.send({ id, ...invocation } satisfies ToWorker);
    });
  }

  /** Lets the worker end by itself (its channel closes) and does not start another. */
  async stop(): Promise<void> {
    this.stopping = true;
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.disconnect();
    const killer = setTimeout(() => child.kill('SIGKILL'), 1_000);
    await gone;
    clearTimeout(killer);
  }

  private fork(): void {
    const startedAt = Date.now();
    const child = fork(join(__dirname, 'workerMain.js'), {
      cwd: this.appDir,
      env: this.env,
      execArgv: [...process.execArgv, ...flatMemory],
      serialization: 'advanced',
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    this.child = child;
    child.on('message', (message: FromWorker) => this.receive(message));
    child.on('error', (error) => log('error', 'host', 'worker:', error.message));
    child.on('exit', (code, signal) => {
      this.quickDeaths = Date.now() - startedAt < stableAfterMs ? this.quickDeaths + 1 : 0;
      this.onExit(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  }

  private onExit(code: number): void {
    this.isUp = false;
    const lost = [...this.calls.values()];
    this.calls.clear();
    for (const call of lost) call.reject(new WorkerExited(`node exited with code ${code}`));
    if (this.stopping) return;
    log('error', 'host', `node exited with code ${code}; starting it again`);
    // a worker that dies over and over (an orchestrator that calls process.exit) must not spin
    const delay = restartDelaysMs[Math.min(this.quickDeaths, restartDelaysMs.length - 1)];
    setTimeout(() => !this.stopping && this.fork(), delay);
  }

  private receive(message: FromWorker): void {
    if (message.kind === 'loaded') {
      this.functions = message.functions;
      this.refusals = message.refusals;
      this.isUp = true;
      this.emit('up');
      return;
    }
    const call = this.calls.get(message.id);
    this.calls.delete(message.id);
    if (message.kind === 'returned') call?.resolve(message.value);
    else call?.reject(new FunctionError(message.message, message.stack));
  }
}

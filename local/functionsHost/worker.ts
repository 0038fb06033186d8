import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { constants } from 'node:os';
import { join } from 'node:path';
import { log } from './log';
import type { FromWorker, FunctionMetadata, Invocation, ToWorker, TypedData } from './protocol';

/** Bytes that stream through leave young garbage outside the heap: collected early, the process stays small. */
const flatMemory = ['--max-semi-space-size=1'];

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
  constructor(
    message: string,
    /** It was ended for a restart that was asked for. */
    readonly isRestart = false,
  ) {
    super(message);
  }
}

interface Call {
  resolve(value: TypedData | null): void;
  reject(error: Error): void;
}

const restartDelaysMs = [0, 250, 1_000, 5_000];
const stableAfterMs = 5_000;
/** So long a restart waits for the calls under way. */
const restartAfterMs = 3_000;

/** Keeps one worker process alive and calls functions in it. Emits `up` each time the app is loaded. */
export class Worker extends EventEmitter<{ up: []; idle: [] }> {
  functions: FunctionMetadata[] = [];
  refusals: string[] = [];
  /** Called when the app is loaded again, before anything is asked of it. */
  onReload: () => void = () => undefined;
  private child: ChildProcess | undefined;
  private readonly calls = new Map<number, Call>();
  private nextId = 1;
  private isUp = false;
  private stopping = false;
  private restarting = false;
  /** The process that a restart has ended. */
  private replaced: ChildProcess | undefined;
  private quickDeaths = 0;

  constructor(
    private readonly appDir: string,
    private readonly env: NodeJS.ProcessEnv,
    private readonly inspectPort?: number,
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
  async invoke(invocation: Invocation): Promise<TypedData | null> {
    if (this.restarting) await this.ready();
    const { child } = this;
    if (!child || !this.isUp) throw new WorkerExited('The worker is starting.');
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.calls.set(id, { resolve, reject });
      child.send({ id, ...invocation } satisfies ToWorker);
    });
  }

  /** Loads the app anew, in a new process, once the calls under way have ended, or after 3 s. New calls wait for it. */
  async restart(): Promise<void> {
    if (!this.restarting) {
      this.restarting = true;
      this.isUp = false;
      const timeUp = new Promise((resolve) => setTimeout(resolve, restartAfterMs).unref());
      if (this.calls.size > 0) await Promise.race([once(this, 'idle'), timeUp]);
      this.replaced = this.child;
      this.child?.kill('SIGKILL');
    }
    await this.ready();
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
      execArgv: [...process.execArgv, ...flatMemory, ...this.inspectFlags()],
      serialization: 'advanced',
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    this.child = child;
    child.on('message', (message: FromWorker) => this.receive(message));
    child.on('error', (error) => log('error', 'host', 'worker:', error.message));
    child.on('exit', (code, signal) => {
      this.quickDeaths = Date.now() - startedAt < stableAfterMs ? this.quickDeaths + 1 : 0;
      this.onExit(code ?? 128 + (signal ? constants.signals[signal] : 0), child === this.replaced);
    });
  }

  private onExit(code: number, isReplaced: boolean): void {
    this.isUp = false;
    const lost = [...this.calls.values()];
    this.calls.clear();
    for (const call of lost) call.reject(new WorkerExited(`node exited with code ${code}`, this.restarting));
    if (this.stopping) return;
    if (isReplaced) {
      this.fork();
      return;
    }
    log('error', 'host', `node exited with code ${code}; starting it again`);
    // a worker that dies over and over (an orchestrator that calls process.exit) must not spin
    const delay = restartDelaysMs[Math.min(this.quickDeaths, restartDelaysMs.length - 1)];
    setTimeout(() => !this.stopping && this.fork(), delay);
  }

  private inspectFlags(): string[] {
    return this.inspectPort === undefined ? [] : [`--inspect=127.0.0.1:${this.inspectPort}`];
  }

  private receive(message: FromWorker): void {
    if (message.kind === 'loaded') {
      this.functions = message.functions;
      this.refusals = message.refusals;
      this.onReload();
      this.restarting = false;
      this.isUp = true;
      this.emit('up');
      return;
    }
    const call = this.calls.get(message.id);
    this.calls.delete(message.id);
    if (message.kind === 'returned') call?.resolve(message.value);
    else call?.reject(new FunctionError(message.message, message.stack));
    if (this.calls.size === 0) this.emit('idle');
  }
}

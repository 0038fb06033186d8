import { setTimeout as delay } from 'node:timers/promises';
import type { FunctionCatalog } from '../functions';
import type { HostSettings } from '../settings';
import type { TypedData } from '../protocol';
import type { Store } from '../store';
import { FunctionError, type Worker, WorkerExited } from '../worker';
import { type HistoryEvent, historyEvent } from './history';
import type { Mail } from './mail';
import { trace } from './trace';

interface ActivityRow {
  instance: string;
  execution: string;
  id: number;
  name: string;
  input: string;
}

type Settled = Pick<HistoryEvent, 'Result'> | Pick<HistoryEvent, 'Reason' | 'Details'>;

/** Result text as Durable stores it: JSON, `null` for nothing. */
export function resultText(value: TypedData | null): string {
  if (value?.json !== undefined) return value.json;
  if (value?.bytes) return JSON.stringify(Buffer.from(value.bytes).toString('base64'));
  return JSON.stringify(value?.string ?? value?.int ?? value?.double ?? null);
}

/** Runs activities, at least once each: a row is there until the result is. */
export class Activities {
  private queue: ActivityRow[] = [];
  private readonly running = new Set<Promise<void>>();
  private stopped = true;

  constructor(
    private readonly store: Store,
    private readonly mail: Mail,
    private readonly worker: Worker,
    private readonly catalog: () => FunctionCatalog,
    private readonly options: Pick<HostSettings, 'maxConcurrentActivities' | 'runActivitiesTwice' | 'activityDelayMs'>,
  ) {
    store.define(`CREATE TABLE IF NOT EXISTS activities
      (instance TEXT, execution TEXT, id INTEGER, name TEXT, input TEXT, PRIMARY KEY (execution, id)) WITHOUT ROWID`);
  }

  /** Takes up what an earlier host left: it runs again. */
  start(): void {
    this.stopped = false;
    this.queue = this.store.all<ActivityRow>('SELECT * FROM activities');
    this.pump();
  }

  /** Starts nothing more; resolves when what runs has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.running);
  }

  schedule(row: ActivityRow): void {
    this.store.run(
      'INSERT INTO activities VALUES (?, ?, ?, ?, ?)',
      row.instance,
      row.execution,
      row.id,
      row.name,
      row.input,
    );
    this.store.onCommit(() => {
      this.queue.push(row);
      this.pump();
    });
  }

  /** Forgets what was asked for; of what runs the results are dropped. */
  clear(): void {
    this.queue = [];
    this.store.run('DELETE FROM activities');
  }

  private pump(): void {
    while (!this.stopped && this.running.size < this.options.maxConcurrentActivities) {
      const row = this.queue.shift();
      if (!row) return;
      const run = this.run(row).finally(() => {
        this.running.delete(run);
        this.pump();
      });
      this.running.add(run);
    }
  }

  private async run(row: ActivityRow): Promise<void> {
    await this.worker.ready();
    if (this.options.activityDelayMs > 0) await delay(this.options.activityDelayMs);
    const runs = this.options.runActivitiesTwice ? [this.attempt(row), this.attempt(row)] : [this.attempt(row)];
    this.settle(row, await Promise.race(runs));
    await Promise.all(runs);
  }

  /** @returns undefined when the host itself ended it: the row stays, and it runs again after the next start */
  private async attempt(row: ActivityRow): Promise<Settled | undefined> {
    try {
      const target = this.catalog().find('activityTrigger', row.name);
      if (!target) throw new Error(`The function '${row.name}' does not exist or is not an activity.`);
      const invocation = this.catalog().invocation(target, { string: row.input });
      trace(row.name, 'Activity', row.instance, 'started');
      const value = await this.worker.invoke(invocation);
      trace(row.name, 'Activity', row.instance, 'completed');
      return { Result: resultText(value) };
    } catch (error) {
      if (error instanceof WorkerExited && this.isStopped()) return undefined;
      if (error instanceof WorkerExited && error.isRestart) return this.attempt(row);
      trace(row.name, 'Activity', row.instance, `failed with an error. Reason: ${firstLine(error)}`, 'error');
      return failure(`Activity function '${row.name}' failed`, error as Error);
    }
  }

  private isStopped(): boolean {
    return this.stopped;
  }

  private settle(row: ActivityRow, settled: Settled | undefined): void {
    if (!settled) return;
    this.store.transaction(() => {
      const sql = 'DELETE FROM activities WHERE execution = ? AND id = ?';
      if (this.store.run(sql, row.execution, row.id) === 0) return;
      const kind = 'Result' in settled ? 'TaskCompleted' : 'TaskFailed';
      const event = historyEvent(kind, { TaskScheduledId: row.id, ...settled });
      this.mail.toInstance(row.instance, row.execution, event);
    });
  }
}

const firstLine = (error: unknown): string => (error as Error).message.split('\n', 1)[0] ?? '';

/** A failure as .NET tells it: text, then JSON with the stack. Never fit to be shown, as in Azure. */
export function failure(what: string, error: Error): { Reason: string; Details: string } {
  const stack = error instanceof FunctionError ? error.remoteStack : (error.stack ?? '');
  const details = { ClassName: 'System.Exception', Message: error.message, StackTraceString: stack };
  return { Reason: `${what}: ${error.message}`, Details: JSON.stringify(details) };
}

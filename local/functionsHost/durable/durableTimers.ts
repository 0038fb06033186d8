import { Alarm } from '../alarm';
import type { Store } from '../store';
import { historyEvent } from './history';
import type { Mail } from './mail';

interface TimerRow {
  instance: string;
  execution: string;
  id: number;
  fireAt: number;
  dueAt: number;
}

/** Durable timers. They fire up to 1 s early: the delay goes out in whole seconds, the rest is cut off, as in Azure. */
export class DurableTimers {
  private readonly alarm = new Alarm(() => this.fireDue());

  constructor(
    private readonly store: Store,
    private readonly mail: Mail,
  ) {
    store.define(`
      CREATE TABLE IF NOT EXISTS timers
        (instance TEXT, execution TEXT, id INTEGER, fireAt INTEGER, dueAt INTEGER, PRIMARY KEY (instance, id)) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS timers_by_due ON timers (dueAt);`);
  }

  start(): void {
    const next = this.store.get<{ dueAt: number | null }>('SELECT min(dueAt) AS dueAt FROM timers');
    this.alarm.set(next?.dueAt ?? Infinity);
  }

  stop(): void {
    this.alarm.clear();
  }

  /** @param fireAt epoch milliseconds */
  schedule(instance: string, execution: string, id: number, fireAt: number): void {
    const now = Date.now();
    const seconds = Math.floor((fireAt - now - 1) / 1000); // a moment has passed since the orchestrator read its clock
    const dueAt = now + Math.max(0, seconds) * 1000;
    this.store.run('INSERT INTO timers VALUES (?, ?, ?, ?, ?)', instance, execution, id, fireAt, dueAt);
    this.store.onCommit(() => this.alarm.set(dueAt));
  }

  /** Forgets the timers of an instance that is over. */
  remove(instance: string): void {
    this.store.run('DELETE FROM timers WHERE instance = ?', instance);
  }

  clear(): void {
    this.store.run('DELETE FROM timers');
  }

  private fireDue(): void {
    this.store.transaction(() => {
      for (const row of this.store.all<TimerRow>('SELECT * FROM timers WHERE dueAt <= ? ORDER BY dueAt', Date.now())) {
        this.store.run('DELETE FROM timers WHERE instance = ? AND id = ?', row.instance, row.id);
        const FireAt = new Date(row.fireAt).toISOString();
        this.mail.toInstance(row.instance, row.execution, historyEvent('TimerFired', { TimerId: row.id, FireAt }));
      }
    });
    this.start();
  }
}

import { Alarm } from '../alarm.js';
import type { Statement, Store } from '../store.js';
import { historyEvent } from './history.js';
import type { Mail } from './mail.js';

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
  private readonly insert: Statement<never>;
  private readonly delete: Statement<never>;
  private readonly deleteAll: Statement<never>;
  private readonly due: Statement<TimerRow>;
  private readonly next: Statement<{ dueAt: number | null }>;

  constructor(
    private readonly store: Store,
    private readonly mail: Mail,
  ) {
    store.define(`
      CREATE TABLE IF NOT EXISTS timers
        (instance TEXT, execution TEXT, id INTEGER, fireAt INTEGER, dueAt INTEGER, PRIMARY KEY (instance, id)) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS timers_by_due ON timers (dueAt);`);
    this.insert = store.prepare('INSERT INTO timers VALUES (?, ?, ?, ?, ?)');
    this.delete = store.prepare('DELETE FROM timers WHERE instance = ? AND id = ?');
    this.deleteAll = store.prepare('DELETE FROM timers WHERE instance = ?');
    this.due = store.prepare('SELECT * FROM timers WHERE dueAt <= ? ORDER BY dueAt');
    this.next = store.prepare('SELECT min(dueAt) AS dueAt FROM timers');
  }

  start(): void {
    this.alarm.set(this.next.get()?.dueAt ?? Infinity);
  }

  stop(): void {
    this.alarm.clear();
  }

  /** @param fireAt epoch milliseconds */
  schedule(instance: string, execution: string, id: number, fireAt: number): void {
    const now = Date.now();
    const dueAt = now + Math.max(0, Math.floor((fireAt - now) / 1000) * 1000);
    this.insert.run(instance, execution, id, fireAt, dueAt);
    this.store.onCommit(() => this.alarm.set(dueAt));
  }

  /** Forgets the timers of an instance that is over. */
  remove(instance: string): void {
    this.deleteAll.run(instance);
  }

  private fireDue(): void {
    this.store.transaction(() => {
      for (const row of this.due.all(Date.now())) {
        this.delete.run(row.instance, row.id);
        const FireAt = new Date(row.fireAt).toISOString();
        this.mail.toInstance(row.instance, row.execution, historyEvent('TimerFired', { TimerId: row.id, FireAt }));
      }
    });
    this.start();
  }
}

import { randomUUID } from 'node:crypto';
import type { SqlValue, Statement, Store } from '../store.js';

export type RuntimeStatus =
  'Pending' | 'Running' | 'Suspended' | 'Completed' | 'Failed' | 'Terminated' | 'Canceled' | 'ContinuedAsNew';

/** Who waits for this instance: a parent's execution and the id it gave the call. */
export interface ParentLink {
  parent: string | null;
  parentExecution: string | null;
  parentEventId: number | null;
}

/** One orchestration instance; `input`, `output` and `customStatus` are JSON text. */
export interface Instance extends ParentLink {
  id: string;
  /** Changes with each start and each continueAsNew. */
  execution: string;
  name: string;
  version: string | null;
  status: RuntimeStatus;
  input: string | null;
  output: string | null;
  customStatus: string | null;
  createdAt: number;
  updatedAt: number;
}

export interface InstanceQuery {
  statuses: string[];
  createdFrom: number | null;
  createdTo: number | null;
  idPrefix: string;
  /** Only ids after this one. */
  after: string;
  limit: number;
}

export const isFinished = (status: RuntimeStatus): boolean =>
  status === 'Completed' || status === 'Failed' || status === 'Terminated';

const columns =
  'id, execution, name, version, status, input, output, customStatus, createdAt, updatedAt, parent, parentExecution, parentEventId';

/** The table of instances. */
export class InstanceStore {
  private readonly find: Statement<Instance>;
  private readonly active: Statement<{ id: string }>;
  private readonly query: Statement<Instance>;
  private readonly insert: Statement<never>;
  private readonly update: Statement<never>;
  private readonly renew: Statement<never>;
  private readonly delete: Statement<never>;

  constructor(store: Store) {
    store.define(`
      CREATE TABLE IF NOT EXISTS instances (id TEXT PRIMARY KEY, execution TEXT, name TEXT, version TEXT, status TEXT, input TEXT, output TEXT,
        customStatus TEXT, createdAt INTEGER, updatedAt INTEGER, parent TEXT, parentExecution TEXT, parentEventId INTEGER) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS instances_by_status ON instances (status);`);
    this.find = store.prepare(`SELECT ${columns} FROM instances WHERE id = ?`);
    this.active = store.prepare(`SELECT id FROM instances WHERE status IN ('Pending', 'Running')`);
    this.query = store.prepare(`SELECT ${columns} FROM instances WHERE id > ?1 AND substr(id, 1, length(?2)) = ?2
      AND (?3 = '[]' OR status COLLATE NOCASE IN (SELECT value FROM json_each(?3)))
      AND (?4 IS NULL OR createdAt >= ?4) AND (?5 IS NULL OR createdAt <= ?5) ORDER BY id LIMIT ?6`);
    this.insert = store.prepare(
      `INSERT OR REPLACE INTO instances (${columns}) VALUES (?, ?, ?, ?, 'Pending', ?, NULL, NULL, ?, ?, ?, ?, ?)`,
    );
    this.update = store.prepare(
      'UPDATE instances SET status = ?, output = ?, customStatus = ?, updatedAt = ? WHERE id = ?',
    );
    this.renew = store.prepare(
      `UPDATE instances SET status = 'Running', execution = ?, input = ?, updatedAt = ? WHERE id = ?`,
    );
    this.delete = store.prepare('DELETE FROM instances WHERE id = ?');
  }

  get(id: string): Instance | undefined {
    return this.find.get(id);
  }

  /** Ids of what may have a step to do. */
  activeIds(): string[] {
    return this.active.all().map((row) => row.id);
  }

  list(query: InstanceQuery): Instance[] {
    const { after, idPrefix, statuses, createdFrom, createdTo, limit } = query;
    return this.query.all(after, idPrefix, JSON.stringify(statuses), createdFrom, createdTo, limit);
  }

  create(id: string, name: string, version: string | null, input: string | null, link?: ParentLink): void {
    const now = Date.now();
    const parent: SqlValue[] = [link?.parent ?? null, link?.parentExecution ?? null, link?.parentEventId ?? null];
    this.insert.run(id, randomUUID(), name, version, input, now, now, ...parent);
  }

  setState(id: string, status: RuntimeStatus, output: string | null, customStatus: string | null): void {
    this.update.run(status, output, customStatus, Date.now(), id);
  }

  /** A new execution under the same id (continueAsNew). */
  startOver(id: string, input: string): void {
    this.renew.run(randomUUID(), input, Date.now(), id);
  }

  remove(id: string): void {
    this.delete.run(id);
  }
}

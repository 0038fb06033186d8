import { randomUUID } from 'node:crypto';
import type { Store } from '../store';

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

/** The table of instances. */
export class InstanceStore {
  constructor(private readonly store: Store) {
    store.define(`
      CREATE TABLE IF NOT EXISTS instances (id TEXT PRIMARY KEY, execution TEXT, name TEXT, version TEXT, status TEXT, input TEXT, output TEXT,
        customStatus TEXT, createdAt INTEGER, updatedAt INTEGER, parent TEXT, parentExecution TEXT, parentEventId INTEGER) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS instances_by_status ON instances (status);`);
  }

  get(id: string): Instance | undefined {
    return this.store.get<Instance>('SELECT * FROM instances WHERE id = ?', id);
  }

  /** Ids of what may have a step to do. */
  activeIds(): string[] {
    const rows = this.store.all<Instance>(
      `SELECT id FROM instances WHERE status IN ('Pending', 'Running', 'Suspended')`,
    );
    return rows.map((row) => row.id);
  }

  list({ after, idPrefix, statuses, createdFrom, createdTo, limit }: InstanceQuery): Instance[] {
    const sql = `SELECT * FROM instances WHERE id > ?1 AND substr(id, 1, length(?2)) = ?2
      AND (?3 = '[]' OR status COLLATE NOCASE IN (SELECT value FROM json_each(?3)))
      AND (?4 IS NULL OR createdAt >= ?4) AND (?5 IS NULL OR createdAt <= ?5) ORDER BY id LIMIT ?6`;
    return this.store.all<Instance>(sql, after, idPrefix, JSON.stringify(statuses), createdFrom, createdTo, limit);
  }

  create(id: string, name: string, version: string | null, input: string | null, link?: ParentLink): void {
    const sql = `INSERT OR REPLACE INTO instances VALUES (?, ?, ?, ?, 'Pending', ?, NULL, NULL, ?, ?, ?, ?, ?)`;
    const { parent, parentExecution, parentEventId } = link ?? {
      parent: null,
      parentExecution: null,
      parentEventId: null,
    };
    const now = Date.now();
    this.store.run(sql, id, randomUUID(), name, version, input, now, now, parent, parentExecution, parentEventId);
  }

  setState(id: string, status: RuntimeStatus, output: string | null, customStatus: string | null): void {
    const sql = 'UPDATE instances SET status = ?, output = ?, customStatus = ?, updatedAt = ? WHERE id = ?';
    this.store.run(sql, status, output, customStatus, Date.now(), id);
  }

  /** A new execution under the same id (continueAsNew). It counts as created now, as on the real host. */
  startOver(id: string, input: string, customStatus: string | null): void {
    const sql = `UPDATE instances SET status = 'Running', execution = ?, input = ?, customStatus = ?, createdAt = ?, updatedAt = ? WHERE id = ?`;
    const now = Date.now();
    this.store.run(sql, randomUUID(), input, customStatus, now, now, id);
  }

  remove(id: string): void {
    this.store.run('DELETE FROM instances WHERE id = ?', id);
  }

  clear(): void {
    this.store.run('DELETE FROM instances');
  }
}

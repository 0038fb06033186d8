import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** The one file that outlives the host. A write is there after `kill -9` (not after a power cut: synchronous NORMAL). */
export class Store {
  private readonly db: DatabaseSync;
  private readonly statements = new Map<string, StatementSync>();
  private depth = 0;
  private afterCommit: (() => void)[] = [];

  constructor(path: string) {
    this.db = new DatabaseSync(path);
    this.db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;');
  }

  /** Creates tables that are not there yet. */
  define(sql: string): void {
    this.db.exec(sql);
  }

  /** Executes a statement. @returns how many rows changed */
  run(sql: string, ...values: SqlValue[]): number {
    return Number(this.prepare(sql).run(...values).changes);
  }

  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller knows what it selects
  get<Row>(sql: string, ...values: SqlValue[]): Row | undefined {
    return this.prepare(sql).get(...values) as Row | undefined;
  }

  all<Row>(sql: string, ...values: SqlValue[]): Row[] {
    return this.prepare(sql).all(...values) as Row[];
  }

  /** All or nothing; nested calls join the outer one. */
  transaction<T>(work: () => T): T {
    if (this.depth > 0) return work();
    this.db.exec('BEGIN IMMEDIATE');
    this.depth++;
    try {
      const result = work();
      this.db.exec('COMMIT');
      this.depth--;
      const todo = this.afterCommit;
      this.afterCommit = [];
      for (const task of todo) task();
      return result;
    } catch (error) {
      if (this.depth > 0) {
        this.depth--;
        this.db.exec('ROLLBACK');
        this.afterCommit = [];
      }
      throw error;
    }
  }

  /** Runs `task` once what is being written is durable; at once when nothing is. */
  onCommit(task: () => void): void {
    if (this.depth > 0) this.afterCommit.push(task);
    else task();
  }

  close(): void {
    this.db.close();
  }

  private prepare(sql: string): StatementSync {
    const known = this.statements.get(sql) ?? this.db.prepare(sql);
    this.statements.set(sql, known);
    return known;
  }
}

type SqlValue = string | number | null;

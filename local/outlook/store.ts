import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Attachment, Item, Session } from './records';

/** Rows that are JSON documents, found by `id` or by one second key. */
class Table<T extends { readonly id: string }> {
  constructor(
    private readonly database: DatabaseSync,
    private readonly name: string,
    private readonly groupOf: (row: T) => string,
  ) {
    database.exec(`CREATE TABLE IF NOT EXISTS ${name} (seq INTEGER PRIMARY KEY, id TEXT UNIQUE, grp TEXT, doc TEXT);
      CREATE INDEX IF NOT EXISTS ${name}_grp ON ${name} (grp);`);
  }

  get(id: string): T | undefined {
    return this.rows('WHERE id = ?', id)[0];
  }

  /** Whether an id begins with this one and goes on. Ids are ASCII, and `~` comes after all that they hold. */
  hasLongerThan(id: string): boolean {
    const sql = `SELECT 1 FROM ${this.name} WHERE id > ? AND id < ? LIMIT 1`;
    return this.database.prepare(sql).get(id, `${id}~`) !== undefined;
  }

  inGroup(group: string): T[] {
    return this.rows('WHERE grp = ? ORDER BY seq', group);
  }

  all(): T[] {
    return this.rows('ORDER BY seq');
  }

  /** Inserts the row, or replaces the one of the same id. */
  put(row: T): void {
    const sql = `INSERT INTO ${this.name} (id, grp, doc) VALUES (?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET grp = excluded.grp, doc = excluded.doc`;
    this.database.prepare(sql).run(row.id, this.groupOf(row), JSON.stringify(row));
  }

  remove(id: string): void {
    this.database.prepare(`DELETE FROM ${this.name} WHERE id = ?`).run(id);
  }

  clear(): void {
    this.database.exec(`DELETE FROM ${this.name}`);
  }

  private rows(where: string, ...values: string[]): T[] {
    const found = this.database.prepare(`SELECT doc FROM ${this.name} ${where}`).all(...values);
    return found.map((row) => JSON.parse(row['doc'] as string) as T);
  }
}

/** Counts the changes of what rows look like. */
const FORM = 2;

/** What has to outlive a `kill -9`: one SQLite file beside the bytes. Losing power is not covered (no sync to disk). */
export class Store {
  private readonly database: DatabaseSync;
  readonly items: Table<Item>;
  readonly sessions: Table<Session>;
  readonly attachments: Table<Attachment>;
  /** Graph id or immutable id -> the item that has it now. */
  readonly names: Table<{ readonly id: string; readonly itemKey: string }>;
  /** Either id of an attachment -> its key. */
  readonly attachmentNames: Table<{ readonly id: string; readonly key: string }>;
  /** Object id of every mailbox seen -> its owner path. */
  readonly mailboxes: Table<{ readonly id: string; readonly owner: string }>;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.database = new DatabaseSync(join(folder, 'outlook.sqlite'));
    this.database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA busy_timeout = 2000;');
    this.items = new Table<Item>(this.database, 'items', (item) => item.owner);
    this.sessions = new Table<Session>(this.database, 'sessions', (session) => session.itemKey);
    this.attachments = new Table<Attachment>(this.database, 'attachments', (attachment) => attachment.itemKey);
    this.names = new Table(this.database, 'names', ({ itemKey }) => itemKey);
    this.attachmentNames = new Table(this.database, 'attachmentNames', ({ key }) => key);
    this.mailboxes = new Table(this.database, 'mailboxes', ({ owner }) => owner);
    this.forgetOlderForm();
  }

  /** Rows that an older version wrote are removed: their form differs. */
  private forgetOlderForm(): void {
    if (this.database.prepare('PRAGMA user_version').get()?.['user_version'] === FORM) return;
    this.clear();
    this.database.exec(`PRAGMA user_version = ${FORM}`);
  }

  /** All of it, or nothing of it. */
  atomically<T>(work: () => T): T {
    if (this.database.isTransaction) return work();
    this.database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.database.exec('COMMIT');
      return result;
    } catch (cause) {
      this.database.exec('ROLLBACK');
      throw cause;
    }
  }

  /** Does it, keeps what it returns, and takes it back. */
  undone<T>(work: () => T): T {
    this.database.exec('BEGIN IMMEDIATE');
    try {
      return work();
    } finally {
      this.database.exec('ROLLBACK');
    }
  }

  clear(): void {
    const { items, sessions, attachments, names, attachmentNames, mailboxes } = this;
    for (const table of [items, sessions, attachments, names, attachmentNames, mailboxes]) table.clear();
  }

  close(): void {
    this.database.close();
  }
}

import type { Store } from '../store';

/** A blob that a function is to be called for. */
export interface BlobMessage {
  seq: number;
  function: string;
  container: string;
  blob: string;
  /** The version that was seen; null: whichever is there. */
  etag: string | null;
  attempts: number;
}

/** What is to be called, kept until it is done; and the receipts: which version of a blob was queued last. */
export class BlobQueue {
  constructor(private readonly store: Store) {
    store.define(`
      CREATE TABLE IF NOT EXISTS blobMessages (seq INTEGER PRIMARY KEY AUTOINCREMENT, function TEXT, container TEXT, blob TEXT,
        etag TEXT, attempts INTEGER DEFAULT 0, isPoison INTEGER DEFAULT 0);
      CREATE TABLE IF NOT EXISTS blobReceipts (function TEXT, blob TEXT, etag TEXT, PRIMARY KEY (function, blob)) WITHOUT ROWID;`);
  }

  push(target: string, container: string, blob: string, etag: string | null): void {
    this.store.run(
      'INSERT INTO blobMessages (function, container, blob, etag) VALUES (?, ?, ?, ?)',
      target,
      container,
      blob,
      etag,
    );
  }

  /** Queues a version unless its receipt is there. @returns whether it was queued */
  pushOnce(target: string, container: string, blob: string, etag: string): boolean {
    const receipt = this.store.get<BlobMessage>(
      'SELECT etag FROM blobReceipts WHERE function = ? AND blob = ?',
      target,
      blob,
    );
    if (receipt?.etag === etag) return false;
    this.store.transaction(() => {
      this.store.run('INSERT OR REPLACE INTO blobReceipts VALUES (?, ?, ?)', target, blob, etag);
      this.push(target, container, blob, etag);
    });
    return true;
  }

  /** Forgets the receipts of blobs that are gone. */
  keepReceipts(target: string, existing: ReadonlySet<string>): void {
    const known = this.store.all<BlobMessage>('SELECT blob FROM blobReceipts WHERE function = ?', target);
    for (const { blob } of known)
      if (!existing.has(blob)) this.store.run('DELETE FROM blobReceipts WHERE function = ? AND blob = ?', target, blob);
  }

  after(seq: number): BlobMessage[] {
    return this.store.all('SELECT * FROM blobMessages WHERE isPoison = 0 AND seq > ? ORDER BY seq', seq);
  }

  attempted(seq: number, attempts: number): void {
    this.store.run('UPDATE blobMessages SET attempts = ? WHERE seq = ?', attempts, seq);
  }

  done(seq: number): void {
    this.store.run('DELETE FROM blobMessages WHERE seq = ?', seq);
  }

  /** Set aside for good: it failed too often. */
  setAside(seq: number): void {
    this.store.run('UPDATE blobMessages SET isPoison = 1 WHERE seq = ?', seq);
  }
}

import type { Versioned } from '../../../src/core/job/ports';
import type { Documents } from '../../../src/core/job/documents';
import type { NylasStore } from '../../../src/core/nylas/store';
import type { StagedBlob, StagedBlobs } from '../../../src/core/upload/ports';

/** Documents in memory, copied through JSON as a store would. */
export function memoryDocuments<T>(): Documents<T> {
  let writes = 0;
  const held = new Map<string, { json: string; version: string; at: number }>();
  const read = (key: string): Versioned<T> | undefined => {
    const row = held.get(key);
    return row && { value: JSON.parse(row.json) as T, version: row.version };
  };
  const write = (key: string, value: T, at: number): void =>
    void held.set(key, { json: JSON.stringify(value), version: `v${++writes}`, at });
  return {
    insert: async (key, value, at) => {
      if (held.has(key)) return undefined;
      write(key, value, at);
      return read(key);
    },
    get: async (key) => read(key),
    replace: async (key, value, version, at) => {
      if (held.get(key)?.version !== version) return false;
      write(key, value, at);
      return true;
    },
    remove: async (key) => void held.delete(key),
    list: async () => [...held.keys()].map((key) => read(key)!.value),
    removeBefore: async (before, limit) => {
      const old = [...held].filter(([, { at }]) => at < before).slice(0, limit);
      for (const [key] of old) held.delete(key);
      return old.length;
    },
  };
}

export const memoryNylas = (): NylasStore => ({
  sessions: memoryDocuments(),
  calls: memoryDocuments(),
  drafts: memoryDocuments(),
  schedules: memoryDocuments(),
  openSends: memoryDocuments(),
});

export interface StagedBytes {
  bytes: Buffer | undefined; // committed
  block: Buffer | undefined;
  etag: string;
  changedAt: number;
}

/** Staged blobs in memory. `urls` are those that were given out, `put` is what a client does with one of them. */
export function memoryStaged(clock: () => number) {
  let writes = 0;
  const all = new Map<string, StagedBytes>();
  const urls: { name: string; use: string; expiresAt: number }[] = [];
  const entry = (name: string): StagedBytes => {
    const found = all.get(name) ?? { bytes: undefined, block: undefined, etag: '', changedAt: clock() };
    all.set(name, found);
    return found;
  };
  const commit = (name: string, bytes: Buffer): { container: string; name: string; etag: string } => {
    const made = Object.assign(entry(name), { bytes, block: undefined, etag: `"0x${++writes}"`, changedAt: clock() });
    return { container: 'uploads', name, etag: made.etag };
  };
  const listed = (): StagedBlob[] =>
    [...all].map(([name, { etag, changedAt, bytes }]) => ({ name, etag, changedAt, committed: bytes !== undefined }));
  const staged: StagedBlobs = {
    folderOf: (id) => `.staged/${id}`,
    uploadUrl: async (name, use, expiresAt) => {
      urls.push({ name, use, expiresAt });
      return `https://blobs.example/uploads/${name}?sig=secret`;
    },
    find: async (name) => {
      const { bytes, block, etag } = all.get(name) ?? {};
      if (bytes) return { kind: 'committed', etag: etag ?? '', sizeBytes: bytes.length };
      return block ? { kind: 'block', sizeBytes: block.length } : { kind: 'missing' };
    },
    commit: async (name) => {
      const block = all.get(name)?.block;
      return all.get(name)?.bytes || !block ? undefined : commit(name, block);
    },
    put: async (name, bytes) => commit(name, Buffer.from(bytes)),
    list: async () => listed(),
    remove: async ({ name, etag }) => all.get(name)?.etag === etag && all.delete(name),
  };
  return {
    staged,
    listed,
    urls,
    all,
    putBlock: (name: string, bytes: string) => void (entry(name).block = Buffer.from(bytes)),
    putBlob: (name: string, bytes: string) => commit(name, Buffer.from(bytes)),
  };
}

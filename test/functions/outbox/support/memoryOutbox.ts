import type { BlobHead, BlobSource } from '../../../../src/core/blob';
import type { Versioned } from '../../../../src/core/job/ports';
import type { Page, Receipt, ReceiptRow, Receipts } from '../../../../src/core/outbox/ports';

export interface MemoryOutbox {
  readonly receipts: Receipts;
  readonly blobs: BlobSource;
  /** Writes a blob: each time another version. @returns its ETag */
  put(name: string, options?: { sizeBytes?: number; metadata?: Record<string, string>; container?: string }): string;
  removeBlob(name: string): void;
  receiptOf(name: string): Receipt | undefined;
  removeReceipt(name: string): void;
  /** Of both listings. */
  pageSize: number;
  /** How often each operation was called. */
  readonly calls: Record<string, number>;
  /** Is told before each operation: what happens in between, or what fails. */
  before: (operation: string) => void | Promise<void>;
}

/** The outbox, the blobs in it and the receipts, in memory, with the conditions that storage would check. */
export function memoryOutbox(clock: () => number): MemoryOutbox {
  let writes = 0;
  const nextEtag = (): string => `"0x${(++writes).toString(16)}"`;
  const held = new Map<string, BlobHead>();
  const told = new Map<string, Receipt & { version: string; writtenAt: number }>();
  const called = async (operation: string): Promise<void> => {
    outbox.calls[operation] = (outbox.calls[operation] ?? 0) + 1;
    await outbox.before(operation);
  };
  const rowOf = (name: string): Versioned<ReceiptRow> | undefined => {
    const found = told.get(name);
    if (!found) return undefined;
    const { etag, state, uploadId, writtenAt, version } = found;
    const row = { receiptName: `${name}.json`, etag, state, writtenAt };
    return { value: uploadId === undefined ? row : { ...row, uploadId }, version };
  };
  const page = <T>(all: readonly T[], from = '0'): Page<T> => {
    const end = Number(from) + outbox.pageSize;
    return { found: all.slice(Number(from), end), ...(end < all.length ? { next: String(end) } : {}) };
  };
  const outbox: MemoryOutbox = {
    pageSize: 1000,
    calls: {},
    before: () => undefined,
    put(name, { sizeBytes = 10, metadata = {}, container = 'outbox' } = {}) {
      const etag = nextEtag();
      held.set(`${container}/${name}`, { kind: 'blob', etag, sizeBytes, contentType: 'application/pdf', metadata });
      return etag;
    },
    removeBlob: (name) => void held.delete(`outbox/${name}`),
    receiptOf: (name) => told.get(name),
    removeReceipt: (name) => void told.delete(name),
    blobs: {
      head: async (container, name) => {
        await called('head');
        return held.get(`${container}/${name}`) ?? { kind: 'missing' };
      },
      read: async () => ({ kind: 'unreachable' }),
      readAhead: () => undefined,
    },
    receipts: {
      find: async (name) => {
        await called('find');
        return rowOf(name);
      },
      write: async (name, receipt, version) => {
        await called('write');
        if (told.get(name)?.version !== version) return undefined;
        const next = nextEtag();
        told.set(name, { ...(JSON.parse(JSON.stringify(receipt)) as Receipt), version: next, writtenAt: clock() });
        return next;
      },
      remove: async ({ value, version }) => {
        const name = value.receiptName.replace(/\.json$/, '');
        return told.get(name)?.version === version && told.delete(name);
      },
      list: async (from) => {
        await called('list');
        const rows = [...told.keys()].map((name) => rowOf(name)!);
        return page(rows, from);
      },
      listOutbox: async (from) => {
        await called('listOutbox');
        const blobs = [...held].flatMap(([path, { etag }]) => {
          const [container, ...rest] = path.split('/');
          const name = rest.join('/');
          return container === 'outbox' ? [{ name, etag, receiptName: `${name}.json` }] : [];
        });
        return page(blobs, from);
      },
      hasBlob: async (receiptName) => {
        await called('hasBlob');
        return held.has(`outbox/${receiptName.replace(/\.json$/, '')}`);
      },
    },
  };
  return outbox;
}

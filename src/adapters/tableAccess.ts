import { RestError, TableClient, TableTransaction, TransactionAction } from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';

/** How a table is reached: a connection string (a secret), or the account's table endpoint with a credential. */
export type TableAccount =
  { readonly connectionString: string } | { readonly endpoint: string; readonly credential: TokenCredential };

export type Row = { rowKey: string } & Record<string, unknown>;
export interface StoredRow extends Row {
  readonly etag: string;
}

/** The one partition: all rows of an upload stand in it, so that they change together or not at all. */
const partitionKey = 'uploads';
const retryOptions = { maxRetries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 2000 };

/** The few table operations that records need; the table is made when a first write misses it. */
export function openTable(account: TableAccount, name: string) {
  const client =
    'connectionString' in account
      ? TableClient.fromConnectionString(account.connectionString, name, {
          allowInsecureConnection: true,
          retryOptions,
        })
      : new TableClient(account.endpoint, name, account.credential, { retryOptions });

  /** `undefined` where the service answered one of these statuses: what the caller decides on. */
  async function unless<T>(statuses: readonly number[], work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (cause) {
      if (isMissingTable(cause)) {
        await client.createTable(); // succeeds where another one was quicker
        return unless(statuses, work);
      }
      if (cause instanceof RestError && statuses.includes(cause.statusCode ?? 0)) return undefined;
      throw cause;
    }
  }

  return {
    /** The row's ETag, or undefined where the key is taken. */
    insert: async (row: Row): Promise<string | undefined> =>
      (await unless([409], () => client.createEntity({ partitionKey, ...row })))?.etag,
    get: (rowKey: string): Promise<StoredRow | undefined> =>
      unless([404], () => client.getEntity<StoredRow>(partitionKey, rowKey)),
    /** False where the row is gone or has another ETag. */
    replace: async (row: Row, etag: string): Promise<boolean> =>
      (await unless([404, 412], () => client.updateEntity({ partitionKey, ...row }, 'Replace', { etag }))) !==
      undefined,
    async remove(rowKey: string): Promise<void> {
      await unless([404], () => client.deleteEntity(partitionKey, rowKey));
    },
    /** All or nothing; false where a row to insert exists, or one to change is gone or another. */
    async transact(build: (transaction: Transaction) => void): Promise<boolean> {
      const actions = new TableTransaction();
      build({
        insert: (row) => actions.createEntity({ partitionKey, ...row }),
        put: (row) => actions.upsertEntity({ partitionKey, ...row }, 'Replace'),
        replace: (row, etag) => actions.updateEntity({ partitionKey, ...row }, 'Replace', { etag }),
        remove: (rowKey) => actions.deleteEntity(partitionKey, rowKey),
      });
      const sent: TransactionAction[] = actions.actions;
      return (await unless([404, 409, 412], () => client.submitTransaction(sent))) !== undefined;
    },
    /** Rows with keys in (after, before), in key order, until `limit`; `where` is a further OData condition. */
    async *scan(after: string, before: string, limit: number, where = ''): AsyncGenerator<StoredRow> {
      const range = `PartitionKey eq '${partitionKey}' and RowKey gt '${after}' and RowKey lt '${before}'`;
      const found = client.listEntities<StoredRow>({ queryOptions: { filter: range + (where && ` and ${where}`) } });
      try {
        for await (const page of found.byPage({ maxPageSize: Math.min(limit, 1000) })) yield* page;
      } catch (cause) {
        if (!isMissingTable(cause)) throw cause; // no table, no rows
      }
    },
  };
}

export type Table = ReturnType<typeof openTable>;
export interface Transaction {
  insert(row: Row): void;
  put(row: Row): void;
  replace(row: Row, etag: string): void;
  remove(rowKey: string): void;
}

const isMissingTable = (cause: unknown): boolean =>
  cause instanceof RestError &&
  cause.statusCode === 404 &&
  `${cause.code ?? ''} ${cause.message}`.includes('TableNotFound');

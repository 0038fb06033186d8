import { AzureSASCredential, RestError, TableClient } from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';

/** How tables are reached: a connection string (a secret), or the account's table endpoint with a credential. */
export type TableAccount =
  { readonly connectionString: string } | { readonly endpoint: string; readonly credential: TokenCredential };

export interface RowKeys {
  readonly partitionKey: string;
  readonly rowKey: string;
}
export type Row = RowKeys & Record<string, string>;
export type StoredRow = Row & { readonly etag: string };

const retryOptions = { maxRetries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 2000 };

/** The few operations that records need of a table. It is made when it is first missed. Throws a RestError where storage gives no answer. */
export function openTable(account: TableAccount, name: string) {
  const client = clientOf(account, name);

  /** `undefined` where the service answered one of these statuses: what the caller decides on. */
  async function unless<T>(statuses: readonly number[], work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (cause) {
      if (isMissingTable(cause)) {
        await client.createTable(); // fine where another one was quicker
        return unless(statuses, work);
      }
      if (cause instanceof RestError && statuses.includes(cause.statusCode ?? 0)) return undefined;
      throw cause;
    }
  }

  return {
    /** The row's ETag, or undefined where its key is taken. */
    insert: async (row: Row): Promise<string | undefined> =>
      (await unless([409], () => client.createEntity(row)))?.etag,
    get: ({ partitionKey, rowKey }: RowKeys): Promise<StoredRow | undefined> =>
      unless([404], () => client.getEntity<StoredRow>(partitionKey, rowKey)),
    /** The row's new ETag, or undefined where the row is gone or has another one than `etag`. */
    replace: async (row: Row, etag: string): Promise<string | undefined> =>
      (await unless([404, 412], () => client.updateEntity(row, 'Replace', { etag })))?.etag,
    /** Puts the row there, whatever was there before. */
    put: async (row: Row): Promise<void> => {
      await unless([], () => client.upsertEntity(row, 'Replace'));
    },
    /** Fine where it is gone. */
    remove: async ({ partitionKey, rowKey }: RowKeys): Promise<void> => {
      await unless([404], () => client.deleteEntity(partitionKey, rowKey));
    },
    /** Rows of a partition with keys after `after`, in key order; `where` is a further condition, `expected` how many are wanted. */
    async *scan(partitionKey: string, after: string, expected: number, where = ''): AsyncGenerator<StoredRow> {
      const filter = `PartitionKey eq '${partitionKey}' and RowKey gt '${after}'${where && ` and ${where}`}`;
      const pages = client.listEntities<StoredRow>({ queryOptions: { filter } });
      try {
        for await (const page of pages.byPage({ maxPageSize: Math.min(expected, 1000) })) yield* page;
      } catch (cause) {
        if (!isMissingTable(cause)) throw cause; // no table, no rows
      }
    },
  };
}

export type Table = ReturnType<typeof openTable>;

/** A SAS goes past the SDK's parser, which reads an account's name off the host and throws where that is a domain of one's own. */
function clientOf(account: TableAccount, name: string): TableClient {
  if (!('connectionString' in account)) {
    return new TableClient(account.endpoint, name, account.credential, { retryOptions });
  }
  const { connectionString } = account;
  const options = { allowInsecureConnection: true, retryOptions };
  const part = (key: string): string | undefined =>
    new RegExp(`(?:^|;)${key}=([^;]+)`, 'i').exec(connectionString)?.[1];
  const [sas, endpoint] = [part('SharedAccessSignature'), part('TableEndpoint')];
  return sas && endpoint
    ? new TableClient(endpoint, name, new AzureSASCredential(sas.replace(/^\?/, '')), options)
    : TableClient.fromConnectionString(connectionString, name, options);
}

const isMissingTable = (cause: unknown): boolean =>
  cause instanceof RestError &&
  cause.statusCode === 404 &&
  `${cause.code ?? ''} ${cause.message}`.includes('TableNotFound');

import type { TokenCredential } from '@azure/identity';
import { BlobServiceClient, RestError, StorageRetryOptions } from '@azure/storage-blob';
import { blobFaultOf } from './fault';

/** Where the blobs are: a connection string (Azurite, an account key), or the account's URL and a credential. */
export type BlobAccount =
  { readonly connectionString: string } | { readonly blobServiceUri: string; readonly credential: TokenCredential };

const quickTries: StorageRetryOptions = { maxTries: 3, retryDelayInMs: 200, maxRetryDelayInMs: 2000 };
const operationMs = 30_000;
const listingMs = 240_000;

/** The account's blobs; by default for small operations, with a few quick tries each. */
export const openBlobService = (account: BlobAccount, retryOptions = quickTries): BlobServiceClient =>
  'connectionString' in account
    ? BlobServiceClient.fromConnectionString(account.connectionString, { retryOptions })
    : new BlobServiceClient(account.blobServiceUri, account.credential, { retryOptions });

/** One operation's time limit, with its retries. */
export const operationLimit = (): AbortSignal => AbortSignal.timeout(operationMs);
/** A whole listing's. */
export const listingLimit = (): AbortSignal => AbortSignal.timeout(listingMs);

/**
 * `undefined` where the service answered one of these statuses: what the caller decides on. Anything else is thrown in
 * words of our own: the SDK's message may hold a SAS.
 */
export async function unlessAnswered<T>(statuses: readonly number[], work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RestError && statuses.includes(error.statusCode ?? 0)) return undefined;
    const fault = blobFaultOf(error);
    throw Object.assign(new Error(fault.detail ?? `Blob storage: ${fault.kind}`), { name: 'RestError' });
  }
}

import { BlobServiceClient, RestError, StoragePipelineOptions } from '@azure/storage-blob';
import type { BlobAccount } from './azureBlobSource';
import { blobFaultOf } from './blobFault';

const pipelineOptions: StoragePipelineOptions = {
  retryOptions: { maxTries: 3, retryDelayInMs: 200, maxRetryDelayInMs: 2000 },
};
const operationMs = 30_000;

/** The account's blobs for small operations: a few quick tries each. */
export const openBlobService = (account: BlobAccount): BlobServiceClient =>
  'connectionString' in account
    ? BlobServiceClient.fromConnectionString(account.connectionString, pipelineOptions)
    : new BlobServiceClient(account.blobServiceUri, account.credential, pipelineOptions);

/** One operation's time limit, with its retries. */
export const operationLimit = (): AbortSignal => AbortSignal.timeout(operationMs);

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

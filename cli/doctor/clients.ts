import { TableServiceClient } from '@azure/data-tables';
import { DefaultAzureCredential, ManagedIdentityCredential, type TokenCredential } from '@azure/identity';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import type { StorageAccess } from './appSettings';
import type { Env } from './environment';

const retryOptions = { maxTries: 2, retryDelayInMs: 300, maxRetries: 1, retryDelayInMilliseconds: 300 };

/** The account's blobs. */
export function blobsOf({ access, blobEndpoint }: StorageAccess): BlobServiceClient {
  if (access.kind === 'connectionString')
    return BlobServiceClient.fromConnectionString(access.connectionString, { retryOptions });
  return new BlobServiceClient(blobEndpoint, credentialOf(access), { retryOptions });
}

/** The account's tables. */
export function tablesOf({ access, tableEndpoint }: StorageAccess): TableServiceClient {
  const options = { retryOptions, allowInsecureConnection: tableEndpoint.startsWith('http:') };
  if (access.kind === 'connectionString')
    return TableServiceClient.fromConnectionString(access.connectionString, options);
  return new TableServiceClient(tableEndpoint, credentialOf(access), options);
}

/** The account's queues: the Functions host needs them, the app itself does not, so their settings are read here. */
export function queuesOf({ access }: StorageAccess, setting: string, env: Env): QueueServiceClient {
  const options = { retryOptions };
  if (access.kind === 'connectionString') return QueueServiceClient.fromConnectionString(env[setting] ?? '', options);
  const account = env[`${setting}__accountName`]?.trim() ?? '';
  const url = env[`${setting}__queueServiceUri`]?.trim() ?? `https://${account}.queue.core.windows.net`;
  return new QueueServiceClient(url, credentialOf(access), options);
}

/** As the app chooses it: the managed identity that the connection names, or whatever this machine is signed in as. */
function credentialOf({ managed, clientId }: { managed: boolean; clientId?: string }): TokenCredential {
  if (managed)
    return clientId === undefined ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ clientId });
  return new DefaultAzureCredential(clientId === undefined ? {} : { managedIdentityClientId: clientId });
}

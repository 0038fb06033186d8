import type { BlobServiceClient } from '@azure/storage-blob';

/** Containers that the app uses, and the default of ALLOWED_CONTAINERS. */
const containers = ['uploads', 'outbox', 'receipts'];

/** Loaded at its first use: it takes a third of a second, in which a start has other things to do. */
export const storageSdk = (): typeof import('@azure/storage-blob') =>
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- at its first use
  require('@azure/storage-blob') as typeof import('@azure/storage-blob');

/** A client of the blobs of that connection string. It repeats a failed call once: nobody wants to wait at a terminal. */
export function blobService(connection: string): BlobServiceClient {
  return storageSdk().BlobServiceClient.fromConnectionString(connection, {
    retryOptions: { maxTries: 2, retryDelayInMs: 500 },
  });
}

/** Makes the containers that are missing. @returns the names of those it made */
export async function createContainers(connection: string): Promise<string[]> {
  const service = blobService(connection);
  const made = await Promise.all(
    containers.map(async (name) =>
      (await service.getContainerClient(name).createIfNotExists()).succeeded ? [name] : [],
    ),
  );
  return made.flat();
}

/** Lets pages of these origins send bytes straight to the account's blobs (POST /api/files gives them the URL). */
export async function allowOrigins(connection: string, origins: string[]): Promise<void> {
  await blobService(connection).setProperties({
    cors: [
      {
        allowedOrigins: origins.join(','),
        allowedMethods: 'PUT,OPTIONS',
        allowedHeaders: '*',
        exposedHeaders: '*',
        maxAgeInSeconds: 3600,
      },
    ],
  });
}

/** Puts the bytes of a small blob there. */
export async function putBlob(connection: string, container: string, name: string, bytes: Buffer): Promise<void> {
  await blobService(connection).getContainerClient(container).getBlockBlobClient(name).uploadData(bytes);
}

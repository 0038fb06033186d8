import type { BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import type { Resources } from '../../core/upload/ports';
import { blobFaultOf } from './fault';
import { BlobAccount, listingLimit, openBlobService, operationLimit, unlessAnswered } from './service';

/** Resources as blobs in the host's own account, named by their upload. The container is made when it is first missed. */
export function blobResources(account: BlobAccount, containerName = 'blob-to-outlook-resources'): Resources {
  const container = openBlobService(account).getContainerClient(containerName);
  const blobOf = (uploadId: string): BlockBlobClient => container.getBlockBlobClient(uploadId);
  return {
    async put(uploadId, json) {
      const bytes = Buffer.from(json);
      const upload = () =>
        blobOf(uploadId).upload(bytes, bytes.length, {
          blobHTTPHeaders: { blobContentType: 'application/json' },
          abortSignal: operationLimit(),
        });
      if (await unlessAnswered([404], upload)) return;
      await unlessAnswered([], () => container.createIfNotExists({ abortSignal: operationLimit() }));
      await unlessAnswered([], upload);
    },
    async read(uploadId) {
      try {
        const bytes = await blobOf(uploadId).downloadToBuffer(0, undefined, { abortSignal: operationLimit() });
        return { kind: 'resource', json: bytes.toString('utf8') };
      } catch (error) {
        return blobFaultOf(error);
      }
    },
    async remove(uploadId) {
      await unlessAnswered([404], () => blobOf(uploadId).delete({ abortSignal: operationLimit() }));
    },
    listBefore: (writtenBefore) => idsBefore(container, writtenBefore),
  };
}

async function idsBefore(container: ContainerClient, writtenBefore: number): Promise<string[]> {
  const found: string[] = [];
  await unlessAnswered([404], async () => {
    for await (const { name, properties } of container.listBlobsFlat({ abortSignal: listingLimit() })) {
      if (properties.lastModified.getTime() < writtenBefore) found.push(name);
    }
  });
  return found;
}

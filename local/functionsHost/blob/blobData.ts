import type { BlobGetPropertiesResponse } from '@azure/storage-blob' with { 'resolution-mode': 'import' };
import type { TypedData } from '../protocol';

interface BlobName {
  container: string;
  blob: string;
}

/** `sdkBinding: true`: a reference, not the bytes. */
export function referenceData(connection: string, { container, blob }: BlobName): TypedData {
  const content = Buffer.from(JSON.stringify({ Connection: connection, ContainerName: container, BlobName: blob }));
  return {
    modelBindingData: { version: '1.0', source: 'AzureStorageBlobs', contentType: 'application/json', content },
  };
}

export const bytesData = (bytes: Uint8Array): TypedData => ({ bytes });

/** What a blob trigger is told beside its value; the library lowers the first letters. */
export function triggerMetadata(
  { container, blob }: BlobName,
  url: string,
  properties: BlobGetPropertiesResponse,
  parameters: Record<string, string>,
): Record<string, TypedData> {
  const { contentLength, contentType, contentMD5, contentEncoding, etag, lastModified, createdOn, blobType } =
    properties;
  const Properties = {
    Length: contentLength,
    ContentType: contentType,
    ContentMD5: contentMD5 ? Buffer.from(contentMD5).toString('base64') : null,
    ContentEncoding: contentEncoding ?? null,
    ETag: `"${etag?.replaceAll('"', '')}"`,
    LastModified: lastModified?.toISOString(),
    Created: createdOn?.toISOString(),
    BlobType: blobType,
  };
  const strings = Object.entries(parameters).map(([name, value]) => [name, { string: value }] as const);
  return {
    BlobTrigger: { string: `${container}/${blob}` },
    Uri: { json: JSON.stringify(url) },
    Properties: { json: JSON.stringify(Properties) },
    Metadata: { json: JSON.stringify(properties.metadata ?? {}) },
    ...Object.fromEntries(strings),
  };
}

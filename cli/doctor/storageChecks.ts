import { randomBytes } from 'node:crypto';
import type { BlobServiceClient, ContainerClient } from '@azure/storage-blob';
import { BlobSASPermissions, StorageSharedKeyCredential } from '@azure/storage-blob';
import type { AppSettings, StorageAccess } from './appSettings';
import { azureFaultOf, faultText } from './azureFault';
import { blobsOf, queuesOf, tablesOf } from './clients';
import type { Env } from './environment';
import { failed, type Finding, type Findings, ok, warning } from './finding';
import { accountName, storageFix } from './storageFix';

const limit = (): AbortSignal => AbortSignal.timeout(30_000);
/** A name for what is made and removed again; containers, queues and tables all take it. */
const ownName = (): string => `doctor${randomBytes(8).toString('hex')}`;
/** What cannot be removed has said so before. */
const quietly = (work: Promise<unknown>): Promise<unknown> => work.catch(() => undefined);

/** The account of the Functions host and of the app's records, and the one of the files. */
export async function* storageChecks(settings: AppSettings, env: Env): Findings {
  const { storage, source } = settings;
  const host = 'AzureWebJobsStorage';
  yield await tried('storage: blobs', storage, host, 'Storage Blob Data Owner', () => ownContainer(blobsOf(storage)));
  yield await tried('storage: queues', storage, host, 'Storage Queue Data Contributor', async () => {
    const name = ownName();
    const queues = queuesOf(storage, host, env);
    await queues.createQueue(name, { abortSignal: limit() });
    await queues.deleteQueue(name, { abortSignal: limit() });
  });
  yield await tried('storage: tables', storage, host, 'Storage Table Data Contributor', async () => {
    const name = ownName();
    const tables = tablesOf(storage);
    await tables.createTable(name, { abortSignal: limit() });
    await tables.deleteTable(name, { abortSignal: limit() });
  });
  yield* sourceChecks(source, settings.sourceIsOther ? 'SourceStorage' : host);
}

async function* sourceChecks(source: StorageAccess, setting: string): Findings {
  const role = 'Storage Blob Data Contributor';
  const blobs = blobsOf(source);
  const uploads = blobs.getContainerClient('uploads');
  for (const name of ['uploads', 'outbox', 'receipts']) {
    const missing = await blobs
      .getContainerClient(name)
      .exists({ abortSignal: limit() })
      .then((there) => !there)
      .catch(() => false); // the next check says why
    if (missing) yield missingContainer(name, source);
  }
  yield await tried('files: write, read, delete', source, setting, role, () => ownBlob(uploads, blobs));
  yield await tried('files: URLs for clients', source, setting, role, () => signable(blobs));
}

const missingContainer = (name: string, { blobEndpoint }: StorageAccess): Finding =>
  warning(
    `files: container ${name}`,
    'It does not exist.',
    `az storage container create --name ${name} --account-name ${accountName(blobEndpoint)} --auth-mode login`,
  );

async function tried(
  check: string,
  account: StorageAccess,
  setting: string,
  role: string,
  work: () => Promise<void>,
): Promise<Finding> {
  try {
    await work();
    return ok(check, `The account ${accountName(account.blobEndpoint)} allows all that is needed.`);
  } catch (error) {
    const fault = azureFaultOf(error);
    return failed(check, faultText(fault), storageFix(fault, account, setting, role));
  }
}

/** Makes a container with a blob and removes both. */
async function ownContainer(blobs: BlobServiceClient): Promise<void> {
  const container = blobs.getContainerClient(ownName());
  await container.create({ abortSignal: limit() });
  try {
    await writeReadDelete(container, 'doctor.txt');
  } catch (error) {
    await quietly(container.delete({ abortSignal: limit() }));
    throw error;
  }
  await container.delete({ abortSignal: limit() });
}

/** In the folder that is cleaned up anyway; where the container is missing, in one of its own. */
async function ownBlob(uploads: ContainerClient, blobs: BlobServiceClient): Promise<void> {
  if (await uploads.exists({ abortSignal: limit() })) await writeReadDelete(uploads, `.staged/${ownName()}/doctor.txt`);
  else await ownContainer(blobs);
}

async function writeReadDelete(container: ContainerClient, name: string): Promise<void> {
  const blob = container.getBlockBlobClient(name);
  await blob.upload('doctor', 6, { abortSignal: limit() });
  try {
    await blob.downloadToBuffer(0, undefined, { abortSignal: limit() });
  } catch (error) {
    await quietly(blob.delete({ abortSignal: limit() }));
    throw error;
  }
  await blob.delete({ abortSignal: limit() });
}

/** POST /api/files signs URLs: with the account's key, or with a key that the identity is lent. */
async function signable(blobs: BlobServiceClient): Promise<void> {
  const expiresOn = new Date(Date.now() + 60_000);
  if (blobs.credential instanceof StorageSharedKeyCredential) {
    const blob = blobs.getContainerClient('uploads').getBlockBlobClient('doctor.txt');
    await blob.generateSasUrl({ permissions: BlobSASPermissions.parse('cw'), expiresOn });
    return;
  }
  if (new URL(blobs.url).search !== '') throw Object.assign(new Error(), { name: 'SasCannotSign' });
  await blobs.getUserDelegationKey(new Date(), expiresOn, { abortSignal: limit() });
}

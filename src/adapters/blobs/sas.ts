import {
  BlobSASPermissions,
  BlobServiceClient,
  generateBlobSASQueryParameters,
  SASProtocol,
  StorageSharedKeyCredential,
  UserDelegationKey,
} from '@azure/storage-blob';
import { UploadError } from '../../core/errors';
import { unlessAnswered } from './service';

export interface SasRequest {
  readonly containerName: string;
  readonly blobName: string;
  readonly permissions: string; // in storage's letters, such as `cw`
  readonly expiresAt: number;
}

/** Longest life of a user-delegation key that storage gives is 7 days; one is used again while it outlives the SAS. */
const keyLifeMs = 12 * 60 * 60 * 1000;
/** The clocks of storage and of this machine may differ. */
const clockSkewMs = 5 * 60 * 1000;

/**
 * Signs URLs for one blob each: with the account's key where the connection has one, else with a user-delegation key of
 * the app's identity. https only, but on this machine. Without a way to sign it throws `NotConfigured`.
 */
export function blobSas(service: BlobServiceClient, clock: () => number): (request: SasRequest) => Promise<string> {
  let kept: { key: Promise<UserDelegationKey>; until: number } | undefined;
  const delegationKey = (until: number): Promise<UserDelegationKey> => {
    if (kept && kept.until > until) return kept.key;
    const next = { until: clock() + keyLifeMs, key: askForKey(service, clock() - clockSkewMs, clock() + keyLifeMs) };
    next.key.catch(() => (kept = undefined));
    kept = next;
    return next.key;
  };
  const protocol = isLoopback(service.url) ? {} : { protocol: SASProtocol.Https };

  return async ({ containerName, blobName, permissions, expiresAt }) => {
    const values = {
      containerName,
      blobName,
      permissions: BlobSASPermissions.parse(permissions),
      expiresOn: new Date(expiresAt),
      ...protocol,
    };
    const { credential } = service;
    if (credential instanceof StorageSharedKeyCredential) {
      return generateBlobSASQueryParameters(values, credential).toString();
    }
    if (new URL(service.url).search !== '') throw new UploadError(noWayToSign);
    return generateBlobSASQueryParameters(values, await delegationKey(expiresAt), service.accountName).toString();
  };
}

async function askForKey(service: BlobServiceClient, from: number, until: number): Promise<UserDelegationKey> {
  const key = await unlessAnswered([], () => service.getUserDelegationKey(new Date(from), new Date(until)));
  if (!key) throw new Error('Blob storage gave no user-delegation key.');
  return key;
}

const isLoopback = (url: string): boolean => ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);

const noWayToSign = {
  code: 'NotConfigured',
  detail:
    'The connection of the blobs (SourceStorage) is a SAS, which cannot sign URLs for clients: use an account key or an identity.',
} as const;

import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { blobSas } from '../../../src/adapters/blobs/sas';

const hour = 3_600_000;
const start = Date.parse('2026-11-22T09:00:00Z');
const request = { containerName: 'uploads', blobName: '.staged/a/b', permissions: 'cw', expiresAt: start + hour };
const key = Buffer.alloc(32, 7).toString('base64');

/** A service that is reached by an identity; counts the delegation keys it gives. */
function byIdentity(): { service: BlobServiceClient; asked: [Date, Date][]; fail: (count: number) => void } {
  const service = new BlobServiceClient('https://acct.blob.core.windows.net', { getToken: async () => null });
  const asked: [Date, Date][] = [];
  let failures = 0;
  Object.assign(service, {
    getUserDelegationKey: async (from: Date, to: Date) => {
      asked.push([from, to]);
      if (failures-- > 0) throw new Error('no answer?sig=secret');
      return {
        signedObjectId: 'o',
        signedTenantId: 't',
        signedStartsOn: from,
        signedExpiresOn: to,
        signedService: 'b',
        signedVersion: '2026-06-06',
        value: key,
      };
    },
  });
  return { service, asked, fail: (count) => (failures = count) };
}

it('signs with the account key where there is one: one blob, create and write, https, an hour', async () => {
  const service = new BlobServiceClient(
    'https://acct.blob.core.windows.net',
    new StorageSharedKeyCredential('acct', key),
  );
  const signed = new URLSearchParams(await blobSas(service, () => start)(request));
  expect(Object.fromEntries(signed)).toMatchObject({ sp: 'cw', sr: 'b', spr: 'https', se: '2026-11-22T10:00:00Z' });
  expect(signed.has('skoid')).toBe(false);
});

it('allows http on this machine only', async () => {
  const local = new BlobServiceClient('http://127.0.0.1:10000/acct', new StorageSharedKeyCredential('acct', key));
  expect(new URLSearchParams(await blobSas(local, () => start)(request)).has('spr')).toBe(false);
});

it('signs with a delegation key of the identity, and uses it again while it lives longer than the SAS', async () => {
  const { service, asked } = byIdentity();
  let now = start;
  const sign = blobSas(service, () => now);
  expect(Object.fromEntries(new URLSearchParams(await sign(request)))).toMatchObject({ skoid: 'o', spr: 'https' });
  now += 10 * hour;
  await sign({ ...request, expiresAt: now + hour });
  expect(asked).toHaveLength(1);
  now += 1.5 * hour;
  await sign({ ...request, expiresAt: now + hour });
  expect(asked).toHaveLength(2);
  const [from, to] = asked[1]!;
  expect(from.getTime()).toBeLessThan(now); // clocks differ
  expect(to.getTime()).toBeGreaterThan(now + hour);
});

it('asks again after it got no key, and quotes no message that may hold a secret', async () => {
  const { service, asked, fail } = byIdentity();
  fail(1);
  const sign = blobSas(service, () => start);
  await expect(sign(request)).rejects.not.toThrow('secret');
  await sign(request);
  expect(asked).toHaveLength(2);
});

it('says that a connection by SAS cannot sign', async () => {
  const service = new BlobServiceClient('https://acct.blob.core.windows.net/?sv=2026-06-06&sig=abc');
  await expect(blobSas(service, () => start)(request)).rejects.toMatchObject({ problem: { code: 'NotConfigured' } });
});

import { blobResources } from '../../../src/adapters/blobs/resources';
import { resourcesSuite } from '../../functions/support/resourcesSuite';
import { ownStorage } from '../../support/storage';

describe('resources in blobs', () => {
  resourcesSuite(async () => blobResources({ connectionString: await ownStorage() }));

  it('say that storage is away, without its address', async () => {
    const away = (await ownStorage()).replace(/(BlobEndpoint=http:\/\/127\.0\.0\.1:)\d+/, '$11');
    const resources = blobResources({ connectionString: away });
    expect(await resources.read('id')).toMatchObject({ kind: 'unreachable' });
    const refusal = await resources.put('id', '{}').catch((cause: unknown) => cause);
    expect(refusal).toMatchObject({ name: 'RestError' });
    expect(String(refusal)).not.toContain('127.0.0.1');
  });
});

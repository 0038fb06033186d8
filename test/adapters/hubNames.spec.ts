import { storageNames } from '../../src/adapters/hubNames';

const all = (hub: string): string[] => Object.values(storageNames(hub)) as string[];

describe('the names of a hub in a storage account', () => {
  it('are those of the first version for the hub of host.json, in whatever case', () => {
    expect(storageNames('BlobToOutlook').uploads).toBe('blobToOutlookUploads');
    expect(all('blobtooutlook')).toEqual(all('BlobToOutlook'));
  });

  it.each([
    ['BlobToOutlook', 'BlobToOutlookStaging'],
    ['staging', 'staging2'],
    ['a-b', 'ab'],
    [`${'x'.repeat(30)}1`, `${'x'.repeat(30)}2`],
  ])('share none: %s and %s', (one, other) => {
    const lower = (hub: string): string[] => all(hub).map((name) => name.toLowerCase());
    expect(lower(one).filter((name) => lower(other).includes(name))).toEqual([]);
  });

  it.each(['BlobToOutlook', 'Überhub-1', 'x'.repeat(45)])(
    'are names that tables and containers may have: %s',
    (hub) => {
      const { resources, staged: _, ...tables } = storageNames(hub);
      // the longest addition of a table's indexes
      for (const name of Object.values(tables)) expect(`${name}ByReference`).toMatch(/^[A-Za-z][A-Za-z0-9]{2,62}$/);
      expect(resources).toMatch(/^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/);
    },
  );
});

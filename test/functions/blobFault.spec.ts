import { blobFault } from '../../src/app/uploads/compare';

describe('a blob that cannot be read any more', () => {
  it.each([
    ['missing', 'The blob was deleted after'],
    // storage answers 412 also where the pinned version is gone because the whole blob is
    ['changed', 'The blob was replaced or deleted after'],
  ] as const)('ends the upload, and the reason says no more than is known: %s', (kind, words) => {
    const outcome = blobFault(kind);
    expect(outcome).toMatchObject({ kind: 'sourceGone', problem: { code: 'BlobChanged' } });
    expect(JSON.stringify(outcome)).toContain(words);
  });

  it('is waited for where storage gives no answer', () => {
    expect(blobFault('unreachable')).toEqual({ kind: 'storageDown' });
  });
});

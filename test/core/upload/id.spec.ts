import { v7 } from 'uuid';
import { isUploadId, uploadIdIn } from '../../../src/core/upload/id';

describe('upload ids', () => {
  it('only grow, also within a millisecond: their order is that of the list', () => {
    const ids = Array.from({ length: 9000 }, () => v7());
    expect(ids.every(isUploadId)).toBe(true);
    expect(ids).toEqual([...new Set(ids)].sort());
  });

  it('of a delivery follow from its own, and differ from it and from each other', () => {
    const id = '01901234-5678-7000-8abc-ffffffffffff';
    const ids = [0, 1].map((index) => uploadIdIn(id, index));
    expect(ids).toEqual(['01901234-5678-7000-8abc-000000000000', '01901234-5678-7000-8abc-000000000001']);
  });

  it.each(['', 'x', '../x', '01901234-5678-4000-8000-000000000000', '01901234-5678-7000-8000-00000000000G'])(
    'know a text that is none: %p',
    (text) => expect(isUploadId(text)).toBe(false),
  );
});

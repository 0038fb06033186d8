import { isUploadId, newUploadIds } from '../../../src/core/upload/id';

const bytes = (size: number): Uint8Array => Uint8Array.from({ length: size }, () => Math.floor(Math.random() * 256));

describe('upload ids', () => {
  it('are UUIDs of version 7 that hold the time', () => {
    const id = newUploadIds(() => 0x0190_1234_5678, bytes)();
    expect(id).toMatch(/^01901234-5678-7000-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(isUploadId(id)).toBe(true);
  });

  it('only grow: within a millisecond, beyond its 4,096, and when the clock steps back', () => {
    const times = [...Array<number>(9000).fill(5000), 4000, 5001, 9000];
    const newId = newUploadIds(() => times.shift() ?? 0, bytes);
    const ids = Array.from({ length: 9003 }, newId);
    expect(ids.every(isUploadId)).toBe(true);
    expect(ids).toEqual([...new Set(ids)].sort());
  });

  it.each(['', 'x', '../x', '01901234-5678-4000-8000-000000000000', '01901234-5678-7000-8000-00000000000G'])(
    'know a text that is none: %p',
    (text) => expect(isUploadId(text)).toBe(false),
  );
});

import { ReadAhead, ReadRanges } from '../../../src/adapters/blobs/readAhead';
import type { BlobRead } from '../../../src/core/blob';

const blobOf = (name: string, etag = '"1"') => ({ container: 'uploads', name, etag });
const range = (start: number) => ({ start, end: start + 9 });

describe('ReadAhead', () => {
  let begun: { name: string; start: number; release: jest.Mock; answer: (read: BlobRead | Error) => void }[];
  let ahead: ReadAhead;
  const read: ReadRanges = ({ name }, ranges) =>
    ranges.map(
      ({ start }) =>
        new Promise<BlobRead>((resolve, reject) =>
          begun.push({
            name,
            start,
            release: jest.fn(),
            answer: (result) => (result instanceof Error ? reject(result) : resolve(result)),
          }),
        ),
    );
  const bytes = (release = jest.fn()): BlobRead => ({ kind: 'bytes', bytes: new Uint8Array(10), release });

  beforeEach(() => {
    jest.useFakeTimers();
    begun = [];
    ahead = new ReadAhead(read, { maxAhead: 2, keepMs: 30_000 });
  });
  afterEach(() => jest.useRealTimers());

  it('gives what was begun for this range of this version, once', async () => {
    ahead.begin(blobOf('a'), [range(10)]);
    begun[0]?.answer(bytes());
    expect(ahead.take(blobOf('a'), range(0))).toBeUndefined();
    expect(ahead.take(blobOf('a', '"2"'), range(10))).toBeUndefined();
    expect(ahead.take(blobOf('b'), range(10))).toBeUndefined();
    expect(await ahead.take(blobOf('a'), range(10))).toMatchObject({ kind: 'bytes' });
    expect(ahead.take(blobOf('a'), range(10))).toBeUndefined();
  });

  it('does not begin the same range twice', () => {
    ahead.begin(blobOf('a'), [range(10)]);
    ahead.begin(blobOf('a'), [range(10)]);
    expect(begun).toHaveLength(1);
  });

  it('puts another range of a blob in the place of the first, whose buffer comes free when its read ends', async () => {
    const release = jest.fn();
    ahead.begin(blobOf('a'), [range(10)]);
    ahead.begin(blobOf('a'), [range(20)]);
    expect(release).not.toHaveBeenCalled();
    begun[0]?.answer(bytes(release));
    await Promise.resolve();
    await Promise.resolve();
    expect(release).toHaveBeenCalledTimes(1);
    expect(ahead.take(blobOf('a'), range(10))).toBeUndefined();
    expect(ahead.take(blobOf('a'), range(20))).toBeDefined();
  });

  it('begins no more than it may over all blobs', () => {
    for (const name of ['a', 'b', 'c']) ahead.begin(blobOf(name), [range(10)]);
    expect(begun.map(({ name }) => name)).toEqual(['a', 'b']);
    void ahead.take(blobOf('a'), range(10));
    ahead.begin(blobOf('c'), [range(10)]);
    expect(begun.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  it('drops what nobody took for 30 s and frees its buffer', async () => {
    const release = jest.fn();
    ahead.begin(blobOf('a'), [range(10)]);
    begun[0]?.answer(bytes(release));
    await jest.advanceTimersByTimeAsync(29_000);
    expect(release).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(release).toHaveBeenCalledTimes(1);
    expect(ahead.take(blobOf('a'), range(10))).toBeUndefined();
  });

  it('frees no buffer of one that was taken', async () => {
    const release = jest.fn();
    ahead.begin(blobOf('a'), [range(10)]);
    begun[0]?.answer(bytes(release));
    await ahead.take(blobOf('a'), range(10));
    await jest.advanceTimersByTimeAsync(60_000);
    expect(release).not.toHaveBeenCalled();
  });

  it('keeps what follows the range that was taken, and drops it with its time', async () => {
    const release = jest.fn();
    ahead.begin(blobOf('a'), [range(10), range(20), range(30)]);
    for (const one of begun) one.answer(bytes(release));
    expect(ahead.take(blobOf('a'), range(20))).toBeUndefined(); // the order of the file
    expect(await ahead.take(blobOf('a'), range(10))).toMatchObject({ kind: 'bytes' });
    ahead.begin(blobOf('a'), [range(20), range(30)]);
    expect(begun).toHaveLength(3);
    await jest.advanceTimersByTimeAsync(29_000);
    expect(await ahead.take(blobOf('a'), range(20))).toMatchObject({ kind: 'bytes' });
    expect(release).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(30_000);
    expect(release).toHaveBeenCalledTimes(1);
    expect(ahead.take(blobOf('a'), range(30))).toBeUndefined();
  });

  it('lets what is being sent go first, but begins at once when it is asked for', async () => {
    ahead = new ReadAhead(read, { maxAhead: 2, keepMs: 30_000, beginAfterMs: 20 });
    ahead.begin(blobOf('a'), [range(10)]);
    ahead.begin(blobOf('b'), [range(10)]);
    expect(begun).toHaveLength(0);
    void ahead.take(blobOf('b'), range(10));
    expect(begun.map(({ name }) => name)).toEqual(['b']);
    await jest.advanceTimersByTimeAsync(20);
    expect(begun.map(({ name }) => name)).toEqual(['b', 'a']);
    begun[1]?.answer(bytes());
    expect(await ahead.take(blobOf('a'), range(10))).toMatchObject({ kind: 'bytes' });
    expect(begun).toHaveLength(2);
  });

  it('never begins one that was replaced before its time', async () => {
    ahead = new ReadAhead(read, { maxAhead: 2, keepMs: 30_000, beginAfterMs: 20 });
    ahead.begin(blobOf('a'), [range(10)]);
    ahead.begin(blobOf('a'), [range(20)]);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(begun.map(({ start }) => start)).toEqual([20]);
  });

  it('forgets one that failed or threw', async () => {
    ahead.begin(blobOf('a'), [range(10)]);
    ahead.begin(blobOf('b'), [range(10)]);
    begun[0]?.answer({ kind: 'unreachable' });
    begun[1]?.answer(new Error('a bug'));
    expect(await ahead.take(blobOf('a'), range(10))).toMatchObject({ kind: 'unreachable' });
    expect(await ahead.take(blobOf('b'), range(10))).toMatchObject({ kind: 'unreachable' });
  });
});

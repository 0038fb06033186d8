import fc from 'fast-check';
import {
  ByteRange,
  contentRange,
  lengthOf,
  missingBytes,
  nextRange,
  parseNextExpectedRanges,
  wholeFile,
  without,
} from '../../src/core/byteRange';

const total = fc.integer({ min: 1, max: 100_000 });

/** The ranges that are sent one after the other when everything is taken. */
function sendAll(totalBytes: number, rangeSize: number): ByteRange[] {
  const sent: ByteRange[] = [];
  let missing = wholeFile(totalBytes);
  for (let range = nextRange(missing, rangeSize); range; range = nextRange(missing, rangeSize)) {
    sent.push(range);
    missing = without(missing, range);
  }
  return sent;
}

describe('the ranges of a file', () => {
  it('tile it exactly and in order, for every size and range size', () => {
    fc.assert(
      fc.property(total, fc.integer({ min: 1, max: 500 }), (totalBytes, divisor) => {
        const rangeSize = Math.max(1, Math.ceil(totalBytes / divisor));
        const sent = sendAll(totalBytes, rangeSize);
        expect(sent[0]?.start).toBe(0);
        expect(sent.at(-1)?.end).toBe(totalBytes - 1);
        expect(sent.every(({ start }, i) => start === (i === 0 ? 0 : sent[i - 1]!.end + 1))).toBe(true);
        expect(sent.every((range, i) => lengthOf(range) === rangeSize || i === sent.length - 1)).toBe(true);
        expect(sent.every((range) => lengthOf(range) <= rangeSize)).toBe(true);
      }),
    );
  });

  it('are 40 of 3,932,160 bytes for 150 MiB, the last one whole', () => {
    const sent = sendAll(157_286_400, 3_932_160);
    expect(sent).toHaveLength(40);
    expect(lengthOf(sent[39]!)).toBe(3_932_160);
  });

  it('leave one byte for a range of its own', () => {
    expect(sendAll(9, 4)).toEqual([
      { start: 0, end: 3 },
      { start: 4, end: 7 },
      { start: 8, end: 8 },
    ]);
  });

  it('are none where nothing is missing', () => {
    expect(sendAll(0, 4)).toEqual([]);
    expect(nextRange([], 4)).toBeUndefined();
  });
});

describe('without', () => {
  it('takes out exactly the bytes that were sent', () => {
    const range = fc
      .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }))
      .map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }));
    fc.assert(
      fc.property(fc.array(range, { maxLength: 5 }), range, (holes, sent) => {
        const missing = holes.reduce<ByteRange[]>((left, hole) => without(left, hole), wholeFile(64));
        const left = without(missing, sent);
        const has = (ranges: ByteRange[], byte: number): boolean =>
          ranges.some(({ start, end }) => start <= byte && byte <= end);
        const bytes = Array.from({ length: 64 }, (_, byte) => byte);
        expect(bytes.filter((byte) => has(left, byte))).toEqual(
          bytes.filter((byte) => has(missing, byte) && !has([sent], byte)),
        );
        expect(missingBytes(left)).toBeLessThanOrEqual(missingBytes(missing));
      }),
    );
  });
});

describe('nextExpectedRanges', () => {
  it.each([
    [['0-'], [{ start: 0, end: 9 }]],
    [['4'], [{ start: 4, end: 9 }]],
    [['4-7'], [{ start: 4, end: 7 }]],
    [[' 4 - 7 '], [{ start: 4, end: 7 }]],
    [[4], [{ start: 4, end: 9 }]],
    [['4-99'], [{ start: 4, end: 9 }]],
    [['10-'], []],
    [[], []],
    [
      ['6-', '1-2'],
      [
        { start: 1, end: 2 },
        { start: 6, end: 9 },
      ],
    ],
    [['1-3', '2-5', '6-7'], [{ start: 1, end: 7 }]],
  ])('%j of ten bytes is %j', (spelling, missing) => {
    expect(parseNextExpectedRanges(spelling, 10)).toEqual(missing);
  });

  it.each([undefined, null, '0-', 4, {}, ['x'], ['-5'], ['0-1-2'], [null], [{}]])('%j is no such list', (value) => {
    expect(parseNextExpectedRanges(value, 10)).toBeUndefined();
  });

  it('is read back as it was written, in each spelling', () => {
    fc.assert(
      fc.property(total, fc.integer({ min: 0, max: 99_999 }), (totalBytes, at) => {
        const start = at % totalBytes;
        const wanted = [{ start, end: totalBytes - 1 }];
        for (const text of [`${start}`, `${start}-`, `${start}-${totalBytes - 1}`]) {
          expect(parseNextExpectedRanges([text], totalBytes)).toEqual(wanted);
        }
      }),
    );
  });
});

it('writes Content-Range with an inclusive end', () => {
  expect(contentRange({ start: 0, end: 2_097_151 }, 3_483_322)).toBe('bytes 0-2097151/3483322');
});

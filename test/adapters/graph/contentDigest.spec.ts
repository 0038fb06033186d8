import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { ContentDigester } from '../../../src/adapters/graph/contentDigest';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('ContentDigester', () => {
  it('digests the whole and each part, however the bytes come in', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 100 }),
        fc.array(fc.integer({ min: 0, max: 120 })),
        (bytes, rangeSize, pieceSizes) => {
          const starts = Array.from({ length: Math.ceil(bytes.length / rangeSize) }, (_, index) => index * rangeSize);
          const parts = starts.map((start) => ({ start, end: Math.min(start + rangeSize, bytes.length) - 1 }));
          const digester = new ContentDigester(parts);
          let at = 0;
          for (const size of [...pieceSizes, bytes.length]) {
            digester.add(bytes.subarray(at, at + size));
            at += size;
          }
          expect(digester.result()).toEqual({
            kind: 'digest',
            sizeBytes: bytes.length,
            sha256: sha256(bytes),
            parts: parts.map(({ start, end }) => sha256(bytes.subarray(start, end + 1))),
          });
        },
      ),
    );
  });

  it('counts bytes after the last part for the whole only', () => {
    const digester = new ContentDigester([{ start: 0, end: 1 }]);
    digester.add(Uint8Array.of(1, 2, 3));
    expect(digester.result()).toEqual({
      kind: 'digest',
      sizeBytes: 3,
      sha256: sha256(Uint8Array.of(1, 2, 3)),
      parts: [sha256(Uint8Array.of(1, 2))],
    });
  });

  it('digests a part that was not filled as far as it came', () => {
    const digester = new ContentDigester([
      { start: 0, end: 3 },
      { start: 4, end: 7 },
    ]);
    digester.add(Uint8Array.of(1));
    expect(digester.result().parts).toEqual([sha256(Uint8Array.of(1)), sha256(new Uint8Array())]);
  });
});

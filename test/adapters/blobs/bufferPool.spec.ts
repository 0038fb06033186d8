import { bufferPool } from '../../../src/adapters/blobs/bufferPool';

describe('bufferPool', () => {
  it('lends the same buffer again once it came back, cut to the length asked for', () => {
    const lend = bufferPool(100, 2);
    const first = lend(100);
    first.release();
    const second = lend(10);
    expect(second.bytes.buffer).toBe(first.bytes.buffer);
    expect(second.bytes).toHaveLength(10);
  });

  it('never lends one buffer to two, also where one was given back twice', () => {
    const lend = bufferPool(100, 2);
    const first = lend(100);
    first.release();
    first.release();
    expect(lend(100).bytes.buffer).not.toBe(lend(100).bytes.buffer);
  });

  it('does not take back a late second release of a buffer that is lent again', () => {
    const lend = bufferPool(100, 2);
    const first = lend(100);
    first.release();
    const second = lend(100);
    first.release();
    expect(lend(100).bytes.buffer).not.toBe(second.bytes.buffer);
  });

  it('keeps no more idle buffers than it may, and none of another size', () => {
    const lend = bufferPool(100, 1);
    const [first, second, large] = [lend(100), lend(100), lend(200)];
    for (const loan of [first, second, large]) loan.release();
    expect(lend(100).bytes.buffer).toBe(first.bytes.buffer);
    expect([second.bytes.buffer, large.bytes.buffer]).not.toContain(lend(100).bytes.buffer);
    expect(large.bytes).toHaveLength(200);
  });
});

import { agreeMs, isRead, isUnstable, Lookalike, readAgain } from '../../../src/core/upload/evidence';

const read = (sha256: string, at: number): Lookalike => ({ id: 'a', sha256, at });
const after = (...readings: readonly Lookalike[]): Lookalike | undefined => {
  let known: Lookalike | undefined;
  for (const one of readings) known = readAgain(known ? [known] : [], one);
  return known;
};

describe('a lookalike', () => {
  it('counts when two readings of it agree that lie half a minute apart', () => {
    expect(isRead(after(read('x', 0))!)).toBe(false);
    expect(isRead(after(read('x', 0), read('x', agreeMs - 1))!)).toBe(false);
    expect(isRead(after(read('x', 0), read('x', agreeMs - 1), read('x', agreeMs))!)).toBe(true);
  });

  it('begins anew with other bytes, and keeps its word once it was read', () => {
    expect(after(read('x', 0), read('y', agreeMs))).toEqual({ ...read('y', agreeMs), changes: 1 });
    expect(isRead(after(read('x', 0), read('x', agreeMs), read('x', agreeMs + 1))!)).toBe(true);
  });

  it('says nothing when it changes again and again: nobody waits for it for ever', () => {
    const changing = (times: number) => after(...Array.from({ length: times }, (_, n) => read(`x${n}`, n * agreeMs)))!;
    expect([isRead(changing(8)), isUnstable(changing(8))]).toEqual([false, false]);
    expect([isRead(changing(9)), isUnstable(changing(9))]).toEqual([true, true]);
  });
});

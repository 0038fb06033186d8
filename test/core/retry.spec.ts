import fc from 'fast-check';
import { backoffMs, parseRetryAfter, retryPolicy } from '../../src/core/retry';

const now = Date.parse('2026-11-22T09:00:00Z');

describe('Retry-After', () => {
  it.each([
    ['30', 30_000],
    ['0', 0],
    ['2.128', 2128],
    [' 5 ', 5000],
    ['Sun, 22 Nov 2026 09:00:40 GMT', 40_000],
    ['Sun, 22 Nov 2026 08:00:00 GMT', 0],
    ['99999999', 86_400_000],
  ])('%s is %i ms', (value, ms) => {
    expect(parseRetryAfter(value, undefined, now)).toBe(ms);
  });

  it.each([undefined, '', ' ', 'soon', '-5', '1e3x', '5 s'])('%j is none', (value) => {
    expect(parseRetryAfter(value, undefined, now)).toBeUndefined();
  });

  it('as a date is measured by the service’s own clock', () => {
    const [at, date] = ['Sun, 22 Nov 2026 09:10:40 GMT', 'Sun, 22 Nov 2026 09:10:00 GMT'];
    expect(parseRetryAfter(at, date, now)).toBe(40_000);
    expect(parseRetryAfter(at, 'no date', now)).toBe(640_000);
  });

  it('is never negative and never more than a day', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double().map(String), fc.date().map(String)), (text) => {
        const ms = parseRetryAfter(text, undefined, now);
        expect(ms === undefined || (ms >= 0 && ms <= 86_400_000)).toBe(true);
      }),
    );
  });
});

describe('a backoff', () => {
  const policies = [
    'transient',
    'throttled',
    'incident',
    'storage',
    'looking',
    'resending',
    'notFound',
    'notReady',
  ] as const;

  it('grows to its cap and stays below it', () => {
    for (const name of policies) {
      const policy = retryPolicy[name];
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 500 }), fc.string(), (attempt, seed) => {
          const ms = backoffMs(policy, attempt, seed);
          const full = Math.min(policy.capMs, policy.baseMs * policy.factor ** (attempt - 1));
          expect(ms).toBeLessThanOrEqual(Math.ceil(full));
          expect(ms).toBeGreaterThanOrEqual(Math.floor(full * (1 - policy.jitter)));
        }),
      );
    }
  });

  it('is the same for the same step, and another for another upload', () => {
    const of = (seed: string): number => backoffMs(retryPolicy.transient, 5, seed);
    expect(of('a/1')).toBe(of('a/1'));
    expect(new Set(['a/1', 'a/2', 'b/1', 'c/1'].map(of)).size).toBeGreaterThan(2);
  });
});

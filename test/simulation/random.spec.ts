import { simulation } from './program';
import { randomRun } from './randomRuns';

it('keeps its promise in 2,000 random runs of many faults', async () => {
  const { figures, failure } = await simulation('--seed', '1', '--runs', '2000');
  expect(failure).toBe('');
  const [told] = figures;
  expect(told).toMatchObject({ runs: 2000, violations: 0 });
  expect(told?.faults).toBeGreaterThan(4000);
  expect(told?.mostRows).toBeLessThanOrEqual(300);
}, 600_000);

it('runs a seed the same way each time', async () => {
  const [first, second] = [await randomRun(441).run(), await randomRun(441).run()];
  expect(second.faults).toEqual(first.faults);
  expect(second.log.counts).toEqual(first.log.counts);
  expect(second.records).toEqual(first.records);
});

import { simulation } from './program';

// All schedules of up to two faults and a death of worker or host at every boundary, up to what goes on alike (stateKey.ts);
// times are told by what they mean. `npm run sim -- --all` tells them by the second.
it.each([
  ['small POST', 4000],
  ['one range', 10_000],
  ['two ranges', 20_000],
  ['three ranges', 30_000],
])(
  'keeps its promise through two faults and a crash, wherever they come: %s',
  async (scenario, least) => {
    const { figures, failure } = await simulation('--enumerate', scenario, '--budget', '2,1,0', '--grain', 'phase');
    expect(failure).toBe('');
    expect(figures).toMatchObject({ scenario, violations: 0 });
    expect(figures?.runs).toBeGreaterThan(least);
  },
  600_000,
);

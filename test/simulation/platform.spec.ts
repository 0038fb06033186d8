import { simulation } from './program';

// A cancel, a lost instance, a second start, a rotated key, a zombie, a double run, records out of reach: at every moment;
// for the small POST and one range also before and after every fault of the service. `npm run sim -- --all` does so for all.
it.each([
  ['small POST', '1,0,1', 5000],
  ['one range', '1,0,1', 8000],
  ['two ranges', '0,0,1', 300],
  ['three ranges', '0,0,1', 300],
])(
  'keeps its promise whatever befalls it: %s',
  async (scenario, budget, least) => {
    const { figures, failure } = await simulation('--enumerate', scenario, '--budget', budget, '--grain', 'phase');
    expect(failure).toBe('');
    expect(figures).toMatchObject({ scenario, violations: 0 });
    expect(figures?.runs).toBeGreaterThan(least);
  },
  600_000,
);

import { simulation } from './program';

// Schedules of two faults, and of a fault and a death of worker or host at every boundary, up to what goes on alike
// (stateKey.ts); times are told by what they mean. `npm run sim -- --all` takes two faults and a death, by the second.
it.each([
  ['small POST', '2,0,0,0 1,1,0,0', 2500],
  ['one range', '2,0,0,0', 2500],
  ['two ranges', '1,1,0,0', 2500],
])(
  'keeps its promise through two faults, wherever they come: %s, %s',
  async (scenarios, budgets, least) => {
    const { figures, failure } = await simulation('--enumerate', scenarios, '--budget', budgets, '--grain', 'phase');
    expect(failure).toBe('');
    expect(figures.map(({ violations }) => violations)).not.toContain(1);
    expect(figures.reduce((sum, { runs }) => sum + runs, 0)).toBeGreaterThan(least);
  },
  600_000,
);

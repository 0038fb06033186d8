import { simulation } from './program';

// At every moment: a cancel, a second start, a rotated key, a zombie, a double run, records out of reach; the orchestration lost,
// stuck, resumed from facts alone, or gone on with by another version of the app. `npm run sim -- --all` takes two of these.
it.each([
  ['small POST,one range,two ranges,three ranges', '0,0,1,0', 1200],
  ['small POST,one range,two ranges,three ranges', '0,0,0,1', 1500],
])(
  'keeps its promise whatever befalls it: %s, %s',
  async (scenarios, budgets, least) => {
    const { figures, failure } = await simulation('--enumerate', scenarios, '--budget', budgets, '--grain', 'phase');
    expect(failure).toBe('');
    expect(figures).toHaveLength(4);
    expect(figures.reduce((sum, { runs }) => sum + runs, 0)).toBeGreaterThan(least);
  },
  600_000,
);

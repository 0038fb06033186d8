import { enumerateFaults } from './enumerate';
import { Watch } from './report';
import { oneRange, smallPost, threeRanges, twoRanges } from './scenarios';

// Every single fault, and every pair for the small POST and for one range; for two and three ranges the pairs are thinned,
// as their further ranges go the same way as the first. `npm run sim -- --all` runs them all.
it.each([
  { ...smallPost, every: 1 },
  { ...oneRange, every: 1 },
  { ...twoRanges, every: 7 },
  { ...threeRanges, every: 13 },
])(
  'keeps its promise through every fault and pair of faults: $name',
  async ({ every, ...scenario }) => {
    const watch = new Watch();
    await enumerateFaults(scenario, watch.visit, { every });
    expect(await watch.failure()).toBeUndefined();
    expect(watch.count.figures.runs).toBeGreaterThan(300);
  },
  120_000,
);

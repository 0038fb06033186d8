import { enumeratePlatform } from './enumerate';
import { Watch } from './report';
import { oneRange, smallPost, threeRanges, twoRanges } from './scenarios';

// Without another fault: a crash, a cancel, a lost instance… at every moment, every mishap of every activity at each of its
// waits. After each single fault of the service they are thinned. `npm run sim -- --all` runs them all.
it.each([
  { ...smallPost, every: 67 },
  { ...oneRange, every: 127 },
  { ...twoRanges, every: 421 },
  { ...threeRanges, every: 421 },
])(
  'keeps its promise whatever the platform does, wherever: $name',
  async ({ every, ...scenario }) => {
    const watch = new Watch();
    await enumeratePlatform(scenario, watch.visit, { every });
    expect(await watch.failure()).toBeUndefined();
    expect(watch.count.figures.runs).toBeGreaterThan(600);
  },
  120_000,
);

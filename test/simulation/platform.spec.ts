import { explore } from './explore';
import { Watch } from './report';
import { anythingElse, oneFaultAndAnythingElse, oneRange, smallPost, threeRanges, twoRanges } from './scenarios';

// A cancel, a lost instance, a second start, a rotated key, a zombie, a double run, records out of reach: at every moment;
// for the small POST and one range also before and after every fault of the service. `npm run sim -- --all` does so for all.
it.each([
  { ...smallPost, budget: oneFaultAndAnythingElse, least: 3000 },
  { ...oneRange, budget: oneFaultAndAnythingElse, least: 5000 },
  { ...twoRanges, budget: anythingElse, least: 300 },
  { ...threeRanges, budget: anythingElse, least: 300 },
])(
  'keeps its promise whatever befalls it: $name',
  async ({ budget, least, ...scenario }) => {
    const watch = new Watch();
    await explore(scenario, budget, watch.visit, { grain: 'phase' });
    expect(await watch.failure()).toBeUndefined();
    expect(watch.count.figures.runs).toBeGreaterThan(least);
  },
  600_000,
);

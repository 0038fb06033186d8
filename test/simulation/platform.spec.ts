import { explore } from './explore';
import { Watch } from './report';
import { enumerated, oneFaultAndAnythingElse } from './scenarios';

// A cancel, a lost instance, a second start, a rotated key, a zombie, a double run, records out of reach: at every moment,
// alone and before or after every fault of the service.
it.each(enumerated)(
  'keeps its promise through one fault and whatever else befalls it: $name',
  async (scenario) => {
    const watch = new Watch();
    await explore(scenario, oneFaultAndAnythingElse, watch.visit, { grain: 'phase' });
    expect(await watch.failure()).toBeUndefined();
    expect(watch.count.figures.runs).toBeGreaterThan(3000);
  },
  600_000,
);

import { explore } from './explore';
import { Watch } from './report';
import { enumerated, twoFaultsAndACrash } from './scenarios';

// All schedules of up to two faults and a crash of the worker or the host at every boundary, up to what goes on alike
// (stateKey.ts); times are told by what they mean. `npm run sim -- --all` tells them by the second.
it.each(enumerated)(
  'keeps its promise through two faults and a crash, wherever they come: $name',
  async (scenario) => {
    const watch = new Watch();
    await explore(scenario, twoFaultsAndACrash, watch.visit, { grain: 'phase' });
    expect(await watch.failure()).toBeUndefined();
    expect(watch.count.figures.runs).toBeGreaterThan(5000);
  },
  600_000,
);

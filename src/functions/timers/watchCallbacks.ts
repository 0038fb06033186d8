import type { InvocationContext, Timer } from '@azure/functions';
import * as df from 'durable-functions';
import { watchCallbacks } from '../../app/callbacks/watch';
import { dependencies } from '../../dependencies';

/** One run's time: the rest is for the next minute. */
const runMs = 45_000;

df.app.client.timer('watchCallbacks', {
  schedule: '15 * * * * *',
  handler: async (_timer: Timer, client: df.DurableClient, context: InvocationContext) => {
    const deps = dependencies();
    if (deps.problems.length > 0) return;
    const failed = (cause: unknown): void =>
      context.error('watchCallbacks will try again in a minute', cause instanceof Error ? cause.name : 'unknown');
    const steps = { until: deps.clock() + runMs, clock: () => deps.clock(), failed };
    await watchCallbacks(deps, deps.instances(client), steps).catch(failed);
  },
});

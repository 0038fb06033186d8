import type { InvocationContext, Timer } from '@azure/functions';
import * as df from 'durable-functions';
import { watchCallbacks } from '../../app/callbacks/watch';
import { dependencies } from '../../dependencies';
import { reasonOf } from '../reason';

/** One run's time: the rest is for the next minute. */
const runMs = 45_000;

df.app.client.timer('watchCallbacks', {
  schedule: '15 * * * * *',
  handler: async (_timer: Timer, client: df.DurableClient, context: InvocationContext) => {
    const deps = dependencies();
    if (deps.problems.length > 0) return;
    const failed = (cause: unknown): void => context.error('watchCallbacks tries again in a minute:', reasonOf(cause));
    const limits = { until: deps.clock() + runMs, clock: () => deps.clock(), failed };
    await watchCallbacks(deps, deps.instances(client), limits).catch(failed);
  },
});

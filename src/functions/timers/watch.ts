import type { InvocationContext, Timer } from '@azure/functions';
import * as df from 'durable-functions';
import { logTo } from '../../app/log';
import type { WatchTools } from '../../app/jobs/watch';
import { watchDeliveries } from '../../app/deliveries/watch';
import { watchUploads } from '../../app/uploads/watch';
import { dependencies } from '../../dependencies';
import { reasonOf } from '../reason';

/** One run's time: what is left is for the next one. */
const runMs = 25_000;

df.app.client.timer('watch', {
  schedule: '0,30 * * * * *', // so that what a crash kept from starting waits less than a minute
  handler: async (_timer: Timer, client: df.DurableClient, context: InvocationContext) => {
    const deps = dependencies();
    if (deps.problems.length > 0) return;
    const failed = (cause: unknown): void => context.error('watch tries again in a minute:', reasonOf(cause));
    const tools: WatchTools = {
      instances: deps.instances(client),
      clock: () => deps.clock(),
      until: deps.clock() + runMs,
      failed,
      log: logTo(context),
      found: (what, id) => context.warn(`watch: ${what} ${id}`),
    };
    await watchDeliveries(deps, tools).catch(failed);
    await watchUploads(deps, tools).catch(failed);
  },
});

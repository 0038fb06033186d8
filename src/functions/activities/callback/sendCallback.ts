import type { InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import { attemptCallback } from '../../../app/callbacks/attempt';
import { logTo } from '../../../app/log';
import { dependencies } from '../../../dependencies';
import type { CallbackAttempted, CallbackInput } from '../../../orchestrators/contract';

/** While the settings are wrong nothing is told: it is tried again. */
const notReadyMs = 60_000;

df.app.activity('sendCallback', {
  handler: async ({ id }: CallbackInput, context: InvocationContext): Promise<CallbackAttempted> => {
    const deps = dependencies();
    if (deps.problems.length > 0) return { kind: 'later', at: deps.clock() + notReadyMs };
    return attemptCallback(id, deps, logTo(context));
  },
});

import * as df from 'durable-functions';
import type { OrchestrationHandler } from 'durable-functions';
import { CallbackAttempted, CallbackInput, orchestratorNames } from './contract';
import { nowOf, settled, sleepUntil } from './tasks';

/** An activity that died is asked again so late; after so many it is left to the watch. */
const afterCrashMs = 30_000;
const maxCrashes = 20;

/** Tells the end of an upload or delivery: at most ten attempts over three days, each an activity that decides when to come again. */
export const callback: OrchestrationHandler = function* (context) {
  const { id } = context.df.getInput<CallbackInput>();
  for (let crashes = 0; crashes < maxCrashes;) {
    const said = yield* settled<CallbackAttempted>(context.df.callActivity('sendCallback', { id }));
    if (said?.kind === 'over') return 'over';
    if (!said) crashes += 1;
    yield* sleepUntil(context, said?.at ?? nowOf(context) + afterCrashMs, []);
  }
  return 'crashed';
};

df.app.orchestration(orchestratorNames.callback, callback);

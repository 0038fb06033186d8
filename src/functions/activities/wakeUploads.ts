import * as df from 'durable-functions';
import type { InvocationContext } from '@azure/functions';
import { dependencies } from '../../dependencies';
import { eventNames, WakeInput } from '../../orchestrators/activityContract';

/** An entity cannot wake an orchestration: whoever leaves the mailbox tells the next ones (facts/azure.md section 10, entities (b)). */
df.app.activity('wakeUploads', {
  extraInputs: [df.input.durableClient()],
  handler: async ({ ids }: WakeInput, context: InvocationContext): Promise<void> => {
    const instances = dependencies().instances(df.getClient(context));
    await Promise.all(ids.map((id) => instances.raise(id, eventNames.admitted, null)));
  },
});

import * as df from 'durable-functions';
import type { InvocationContext } from '@azure/functions';
import type { Instances } from '../../../core/job/ports';
import { dependencies } from '../../../dependencies';
import { eventNames, WakeInput } from '../../../orchestrators/contract';

/** An entity cannot wake an orchestration: whoever leaves the mailbox tells the next ones (facts/azure.md section 10, entities (b)). */
export async function wakeUploads({ ids }: WakeInput, instances: Instances): Promise<void> {
  await Promise.all(ids.map((id) => instances.raise(id, eventNames.admitted, null)));
}

df.app.activity('wakeUploads', {
  extraInputs: [df.input.durableClient()],
  handler: (input: WakeInput, context: InvocationContext): Promise<void> =>
    wakeUploads(input, dependencies().instances(df.getClient(context))),
});

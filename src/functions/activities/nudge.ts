import type { InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import type { Instances } from '../../core/job/ports';
import { dependencies } from '../../dependencies';
import { eventNames, NudgeInput } from '../../orchestrators/contract';

/** An entity cannot wake an orchestration: whoever leaves the mailbox tells the next ones. A lost nudge costs a poll of the mailbox. */
export async function nudge({ ids }: NudgeInput, instances: Instances): Promise<void> {
  await Promise.all(ids.map((id) => instances.raise(id, eventNames.nudge, null)));
}

df.app.activity('nudge', {
  extraInputs: [df.input.durableClient()],
  handler: (input: NudgeInput, context: InvocationContext): Promise<void> =>
    nudge(input, dependencies().instances(df.getClient(context))),
});

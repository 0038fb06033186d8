import * as df from 'durable-functions';
import type { OrchestrationHandler } from 'durable-functions';
import { live } from '../core/delivery/machine/live';
import { schema } from '../core/delivery/checkpoint';
import { decide } from '../core/delivery/machine/decide';
import type { Outcome, Progress, Step } from '../core/delivery/machine/progress';
import type { Event, Machine } from '../core/job/machine';
import { orchestratorNames } from './contract';
import { Job, run } from './run';

export type DeliveryAnswer = Outcome | Event;

/** Several files to one item, and its one send. Each file is an attachFile of its own, which nudges this one when it ends. */
export const deliveryJob = (machine: Machine<Progress, Step, DeliveryAnswer>): Job<Progress, Step, DeliveryAnswer> => ({
  machine,
  schema,
  activities: { claim: 'claimDelivery', end: 'endDelivery' },
  status: live,
  input: (progress) => ({ progress, schema }),
});

export const deliver: OrchestrationHandler = function* (context) {
  return yield* run(context, deliveryJob({ decide }));
};
df.app.orchestration(orchestratorNames.deliver, deliver);

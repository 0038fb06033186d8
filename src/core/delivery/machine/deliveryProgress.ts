import { applyDeliveryOutcome } from './applyDeliveryOutcome';
import type { DeliveryOutcome } from './deliveryOutcome';
import type { DeliveryPlan, DeliveryProgress, DeliveryStep } from './deliveryState';
import type { DeliveryLive } from '../resource';
import { nextDeliveryStep } from './nextDeliveryStep';
import type { Problem } from '../../errors';

/** What is on the record of a delivery whose orchestration the platform lost. */
export interface KnownDelivery {
  readonly item: string | null;
  readonly mayHaveCreated: boolean;
  readonly mayHaveSent: boolean;
  readonly sentAt?: number;
  readonly cancelRequested: boolean;
}

/** The state at the start of a delivery and its first step. */
export const beginDelivery = (plan: DeliveryPlan, now: number): [DeliveryProgress, DeliveryStep] =>
  nextDeliveryStep(initial(plan, now), now);

/**
 * The state of a delivery whose orchestration the platform lost. It attaches nothing more and never sends: what may have
 * been sent is looked for, anything else is taken back, and it ends as `Internal`, or as sent if that turns out so.
 */
export function beginRecovery(plan: DeliveryPlan, known: KnownDelivery, now: number): [DeliveryProgress, DeliveryStep] {
  const progress: DeliveryProgress = {
    ...initial(plan, now),
    item: known.item,
    undoing: known.cancelRequested && !known.mayHaveSent ? 'cancelled' : lost,
    unclearCreates: known.mayHaveCreated ? 1 : 0,
    ...(known.mayHaveCreated && known.item === null ? { createUnclearSince: now } : {}),
    ...(known.sentAt === undefined ? {} : { sentAt: known.sentAt }),
    ...(known.mayHaveSent && known.sentAt === undefined ? { sendUnclearSince: now } : {}),
  };
  return nextDeliveryStep(progress, now);
}

/** THE STATE MACHINE of deliveries: what was said makes a new state, the state makes the next step. Pure. */
export const decideDelivery = (
  progress: DeliveryProgress,
  said: DeliveryOutcome,
  now: number,
): [DeliveryProgress, DeliveryStep] => nextDeliveryStep(applyDeliveryOutcome(progress, said, now), now);

/** What the public may see of it while it runs. */
export function deliveryLive(progress: DeliveryProgress, step: DeliveryStep, now: number): DeliveryLive {
  const waits = step.notBefore > now + 500;
  const status = progress.undoing === 'cancelled' ? 'cancelling' : waits ? 'waiting' : 'running';
  return {
    status,
    ...(status === 'waiting' ? { waitingFor: progress.waitingFor ?? 'retry', waitingUntil: step.notBefore } : {}),
    updatedAt: now,
    timeline: progress.timeline.map(({ at, event, detail }) =>
      detail === undefined ? ([at, event] as const) : ([at, event, detail] as const),
    ),
  };
}

const initial = (plan: DeliveryPlan, now: number): DeliveryProgress => ({
  plan,
  stepNo: 0,
  resumeAt: now,
  item: plan.item,
  unclearCreates: 0,
  lastCreateAt: now,
  surplusLooked: false,
  over: [],
  polling: false,
  settled: false,
  marked: false,
  sendUnknown: false,
  takenBack: [],
  draftGone: false,
  attempts: 0,
  notFounds: 0,
  crashes: 0,
  cleanups: 0,
  timeline: [{ at: now, event: 'started' }],
  leftBehind: [],
});

const lost: Problem = {
  code: 'Internal',
  detail:
    'The platform lost the orchestration of this delivery. Nothing was sent; what it had attached was removed. Ask again.',
};

import type { DeliveryLive } from '../resource';
import type { Progress, Step } from './progress';

/** What the public may see of a delivery while it runs: the custom status of its orchestration. */
export function live(progress: Progress, step: Step, now: number): DeliveryLive {
  const { wait, undoing, story } = progress;
  // without a reason it waits for one of its uploads, whose own status says more
  const waits = wait.reason !== undefined && step.notBefore > now + 500;
  const status = undoing === 'cancelled' ? 'cancelling' : waits ? 'waiting' : 'running';
  return {
    status,
    ...(status === 'waiting' && wait.reason ? { waitingFor: wait.reason, waitingUntil: step.notBefore } : {}),
    dueAt: step.notBefore,
    updatedAt: now,
    timeline: story.timeline.map(({ at, event, detail }) =>
      detail === undefined ? ([at, event] as const) : ([at, event, detail] as const),
    ),
  };
}

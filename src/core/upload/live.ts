import type { StepHead } from '../job/machine';
import type { Paced } from '../mailbox/paced';
import { bytesSent } from './machine/ending';
import type { Progress, Step } from './machine/progress';
import type { LiveStatus, WaitingFor } from './resource';

/** A wait that ends sooner is no wait that people should read about. */
const shortMs = 500;

/** What the public may see of an upload while it runs. */
export function liveStatus(paced: Paced<Progress, Step>, step: StepHead, now: number): LiveStatus {
  const { job } = paced;
  const wait = waitOf(paced, step, now);
  const status = job.undoing === 'cancelled' ? 'cancelling' : wait ? 'waiting' : 'running';
  const { timeline, lastProblem } = job.story;
  return {
    status,
    ...(status === 'waiting' && wait ? wait : {}),
    dueAt: step.notBefore,
    bytesSent: bytesSent(job),
    updatedAt: now,
    timeline: timeline.map(({ at, event, detail }) =>
      detail === undefined ? ([at, event] as const) : ([at, event, detail] as const),
    ),
    ...(lastProblem ? { lastProblem } : {}),
  };
}

/** The mailbox comes first: while it refuses a permit nothing else matters. */
function waitOf(
  { job, wanted, slot, asked }: Paced<Progress, Step>,
  step: StepHead,
  now: number,
): { waitingFor: WaitingFor; waitingUntil?: number } | undefined {
  if (asked?.do === 'acquire' && slot.askAt !== undefined && slot.askAt > now) {
    return { waitingFor: 'mailbox', ...(slot.opensAt === undefined ? {} : { waitingUntil: slot.opensAt }) };
  }
  const until = Math.max(step.notBefore, wanted.notBefore);
  return until > now + shortMs ? { waitingFor: job.wait.reason ?? 'retry', waitingUntil: until } : undefined;
}

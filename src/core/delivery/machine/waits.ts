import { Backoff, backoffMs } from '../../retry';
import type { WaitingFor } from '../../upload/resource';

/** What uploads and deliveries know of their waits. */
interface Waits {
  readonly plan: { readonly id: string };
  readonly stepNo: number;
  readonly attempts: number; // in a row
  readonly resumeAt: number; // ms
  readonly waitingFor?: WaitingFor;
}

/** Once more, after a wait that grows with the attempts and is `floorMs` at least. */
export function again<P extends Waits>(p: P, backoff: Backoff, waitingFor: WaitingFor, now: number, floorMs = 0): P {
  const attempts = p.attempts + 1;
  const waitMs = Math.max(floorMs, backoffMs(backoff, attempts, seedOf(p)));
  return { ...p, attempts, resumeAt: now + waitMs, waitingFor };
}

/** What the jitter comes from: a replay repeats it. */
export const seedOf = ({ plan, stepNo }: Waits): string => `${plan.id}/${stepNo}`;

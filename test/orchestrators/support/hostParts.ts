import type { EntityHandler, OrchestrationHandler } from 'durable-functions';
import type { InstanceStatus } from '../../../src/core/job/ports';
import type { ActivityRun, Mishap } from './activityRun';
import type { HistoryEvent } from './history';
import type { ReplayedOrchestration, Replays } from './replayed';
import type { VirtualClock } from './virtualClock';

/** What the Durable host in memory is made of, and what it remembers. */

export type Activity = (input: unknown, run: ActivityRun) => Promise<unknown>;

export interface HostParts {
  readonly clock: VirtualClock;
  readonly orchestrators: Readonly<Record<string, OrchestrationHandler>>;
  readonly activities: Readonly<Record<string, Activity>>;
  readonly entity: EntityHandler<never>;
  readonly replays?: Replays;
  /** What befalls the activity that is dispatched now. */
  mishap?(name: string, instanceId: string): Mishap | undefined;
  /** Sees each wait of the nth activity's first run, and that its mishap came. */
  onWait?(nth: number, at: number): void;
  onMishap?(): void;
  /** Sees the end of a run of the nth activity. */
  onRun?(nth: number, run: ActivityRun): void;
  /** Sees the rows of a history when its execution ends, or begins anew. */
  onHistory?(rows: number): void;
  /** Sees every text that crosses a durable boundary. */
  onCrossing?(text: string, where: string): void;
}

export interface Instance {
  readonly id: string;
  readonly orchestrator: string;
  orchestration: ReplayedOrchestration;
  /** Counts `continueAsNew`: what was asked for before it is not heard after it. */
  generation: number;
  readonly createdAt: number;
  status: InstanceStatus['runtimeStatus'];
  /** JSON text. */
  customStatus: string | undefined;
  output?: unknown;
  failure?: string;
  inbox: HistoryEvent[];
  isStepping: boolean;
  /** Alive, but nothing reaches it any more. */
  isStuck: boolean;
}
export interface Dispatched {
  readonly nth: number;
  readonly instance: Instance;
  readonly generation: number;
  readonly id: number;
  readonly name: string;
  readonly input: string;
  readonly startedAt: number;
  runs: ActivityRun[];
  isSettled: boolean;
}

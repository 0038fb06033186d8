import type { Store } from '../store';
import type { HistoryEvent, HistoryStore } from './history';
import { type InstanceStore, isFinished } from './instances';

/** Delivers what happened to instances, and tells the engine once it is durable. */
export class Mail {
  /** Called with the id of an instance that has something to do. */
  onArrival: (instance: string) => void = () => undefined;

  constructor(
    private readonly store: Store,
    private readonly instances: InstanceStore,
    private readonly history: HistoryStore,
  ) {}

  /**
   * Leaves `event` for an instance. A result for an execution that is over (finished, replaced, continued as new) is
   * dropped; `execution` null is for whichever runs.
   */
  toInstance(id: string, execution: string | null, event: HistoryEvent): void {
    const instance = this.instances.get(id);
    if (!instance || isFinished(instance.status)) return;
    if (execution !== null && instance.execution !== execution) return;
    this.history.post(id, execution, event);
    this.wake(id);
  }

  wake(id: string): void {
    this.store.onCommit(() => this.onArrival(id));
  }
}

import type { Store } from '../store';
import type { DurableTimers } from './durableTimers';
import { type HistoryEvent, historyEvent, type HistoryStore } from './history';
import type { Instance, InstanceStore, ParentLink } from './instances';
import type { Mail } from './mail';
import { trace } from './trace';

/** How instances begin, begin anew and end. */
export class Lifecycle {
  constructor(
    private readonly store: Store,
    private readonly instances: InstanceStore,
    private readonly history: HistoryStore,
    private readonly mail: Mail,
    private readonly timers: DurableTimers,
    private readonly defaultVersion: string | null,
  ) {}

  /** Creates an instance in place of whatever bore this id. @param input JSON text */
  create(id: string, name: string, version: string | null, input: string | null, link?: ParentLink): void {
    trace(name, 'Orchestrator', id, 'scheduled');
    this.store.transaction(() => {
      this.forget(id);
      this.instances.create(id, name, version ?? this.defaultVersion, input, link);
      this.mail.wake(id);
    });
  }

  /** continueAsNew. The library has quoted a string input already. @param carriedOver events that the new execution gets */
  startOver(id: string, input: unknown, carriedOver: HistoryEvent[], customStatus: string | null): void {
    this.history.restart(id, carriedOver);
    this.timers.remove(id);
    this.instances.startOver(id, typeof input === 'string' ? input : JSON.stringify(input ?? null), customStatus);
    this.mail.wake(id);
  }

  complete(instance: Instance, output: string, customStatus: string | null): void {
    trace(instance.name, 'Orchestrator', instance.id, 'completed');
    this.record(instance.id, historyEvent('ExecutionCompleted', { Result: output }));
    this.end(instance, 'Completed', output, customStatus);
  }

  /** The orchestrator threw, or asked for what is not there. */
  fail(instance: Instance, message: string, customStatus: string | null): void {
    this.failWith(instance, `Orchestrator function '${instance.name}' failed: ${message}`, customStatus);
  }

  /** @param text what the status shows as output, to the letter */
  failWith(instance: Instance, text: string, customStatus: string | null): void {
    const reason = text.split('\n', 1)[0] ?? '';
    trace(instance.name, 'Orchestrator', instance.id, `failed with an error. Reason: ${reason}`, 'error');
    this.record(instance.id, historyEvent('ExecutionFailed', { Reason: text }));
    this.end(instance, 'Failed', JSON.stringify(text), customStatus);
  }

  /** Ends an instance from outside: nothing in flight is stopped, no cleanup runs. */
  terminate(instance: Instance, event: HistoryEvent): void {
    trace(instance.name, 'Orchestrator', instance.id, 'was terminated', 'warning');
    const text = event.Input ?? 'null';
    this.record(instance.id, event);
    this.end(instance, 'Terminated', text, instance.customStatus);
  }

  /** Removes all that is known of an instance. */
  forget(id: string): void {
    this.history.remove(id);
    this.timers.remove(id);
    this.instances.remove(id);
  }

  private end(
    instance: Instance,
    status: 'Completed' | 'Failed' | 'Terminated',
    output: string,
    customStatus: string | null,
  ): void {
    this.instances.setState(instance.id, status, output, customStatus);
    this.timers.remove(instance.id);
    this.history.taken(instance.id, Number.MAX_SAFE_INTEGER);
    if (instance.parent === null) return;
    const TaskScheduledId = instance.parentEventId ?? -1;
    const event =
      status === 'Completed'
        ? historyEvent('SubOrchestrationInstanceCompleted', { TaskScheduledId, Result: output })
        : historyEvent('SubOrchestrationInstanceFailed', {
            TaskScheduledId,
            Reason: String(JSON.parse(output)),
            Details: '',
          });
    this.mail.toInstance(instance.parent, instance.parentExecution, event);
  }

  private record(id: string, event: HistoryEvent): void {
    this.history.append(id, this.history.read(id).length, [JSON.stringify(event)]);
  }
}

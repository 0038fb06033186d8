import { randomUUID } from 'node:crypto';
import type { FunctionCatalog } from '../functions';
import type { Scheduled } from './actions';
import type { Activities } from './activities';
import type { DurableTimers } from './durableTimers';
import { entityId, type Entities } from './entities';
import { type HistoryEvent, historyEvent } from './history';
import { type Instance, type InstanceStore, isFinished } from './instances';
import type { Lifecycle } from './lifecycle';
import type { Mail } from './mail';
import { OrchestrationFault } from './orchestrationFault';
import { trace } from './trace';

export interface DispatchParts {
  catalog: () => FunctionCatalog;
  activities: Activities;
  timers: DurableTimers;
  entities: Entities;
  instances: InstanceStore;
  lifecycle: Lifecycle;
  mail: Mail;
}

/** Sets going what an orchestrator asked for. */
export class Dispatch {
  constructor(private readonly parts: DispatchParts) {}

  /** @throws OrchestrationFault when the function asked for is not there: the orchestration fails, its catch is not asked */
  check(item: Scheduled): void {
    if (item.kind === 'timer') return;
    const types = {
      activity: 'activityTrigger',
      subOrchestration: 'orchestrationTrigger',
      entity: 'entityTrigger',
    } as const;
    const type = types[item.kind];
    const name = item.kind === 'entity' ? (item.target.split('@')[1] ?? '') : item.name;
    if (!this.parts.catalog().find(type, name))
      throw new OrchestrationFault(`The function '${name}' doesn't exist, is disabled, or has no ${type}.`);
  }

  /** Begins one thing. @returns what the history says of it: without inputs (storeInputsInOrchestrationHistory is false) */
  begin(instance: Instance, item: Scheduled): HistoryEvent {
    const { id: parent, execution } = instance;
    const EventId = item.id;
    switch (item.kind) {
      case 'activity':
        this.parts.activities.schedule({
          instance: parent,
          execution,
          id: item.id,
          name: item.name,
          input: item.input,
        });
        trace(item.name, 'Activity', parent, `scheduled. Reason: ${instance.name}`);
        return historyEvent('TaskScheduled', { EventId, Name: item.name });
      case 'timer':
        this.parts.timers.schedule(parent, execution, item.id, item.fireAt);
        return this.timerCreated(instance, EventId, new Date(item.fireAt).toISOString());
      case 'subOrchestration': {
        const child = item.instanceId ?? `${execution}:${item.id.toString(16).padStart(4, '0')}`;
        this.startChild(instance, child, item);
        return historyEvent('SubOrchestrationInstanceCreated', { EventId, Name: item.name, InstanceId: child });
      }
      case 'entity': {
        const id = randomUUID();
        const call = item.isSignal ? {} : { id, caller: { instance: parent, execution } };
        const [, name = '', ...key] = item.target.split('@');
        const target = entityId(name, key.join('@'));
        this.parts.entities.request(target, {
          name: item.operation,
          input: item.input,
          isSignal: item.isSignal,
          ...call,
        });
        return historyEvent('EventSent', { EventId, InstanceId: target, Name: 'op', Input: JSON.stringify({ id }) });
      }
    }
  }

  private timerCreated({ name, id }: Instance, EventId: number, FireAt: string): HistoryEvent {
    trace(name, 'Orchestrator', id, `is waiting for input. Reason: CreateTimer:${FireAt}`);
    return historyEvent('TimerCreated', { EventId, FireAt });
  }

  private startChild(parent: Instance, id: string, item: Scheduled & { kind: 'subOrchestration' }): void {
    const { instances, lifecycle, mail } = this.parts;
    const existing = instances.get(id);
    if (!existing || isFinished(existing.status)) {
      const link = { parent: parent.id, parentExecution: parent.execution, parentEventId: item.id };
      lifecycle.create(id, item.name, item.version ?? null, item.input, link);
      return;
    }
    const Reason = `An Orchestration instance with the status ${existing.status} already exists.`;
    const failure = historyEvent('SubOrchestrationInstanceFailed', { TaskScheduledId: item.id, Reason, Details: '' });
    mail.toInstance(parent.id, parent.execution, failure);
  }
}

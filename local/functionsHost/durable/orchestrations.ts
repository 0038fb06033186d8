import { randomUUID } from 'node:crypto';
import type { FunctionCatalog } from '../functions.js';
import { log } from '../log.js';
import type { Store } from '../store.js';
import { type Worker, WorkerExited } from '../worker.js';
import type { OrchestratorState, Scheduled } from './actions.js';
import { type Activities, resultText } from './activities.js';
import type { DurableTimers } from './durableTimers.js';
import { entityId, type Entities } from './entities.js';
import { type HistoryEvent, historyEvent, type HistoryStore } from './history.js';
import { type Instance, type InstanceStore, isFinished, type ParentLink } from './instances.js';
import type { Mail } from './mail.js';
import { OrchestrationFault, Replay } from './replay.js';

const customStatusLimitBytes = 16 * 1024; // as UTF-16
const outOfProcMark = '$OutOfProcData$:';

/** What one replay said; `failure` is what the orchestrator threw; no state: it could not be run at all. */
interface Answer {
  state?: OrchestratorState;
  failure?: string;
}

export interface EngineParts {
  store: Store;
  instances: InstanceStore;
  history: HistoryStore;
  mail: Mail;
  activities: Activities;
  timers: DurableTimers;
  entities: Entities;
  worker: Worker;
  catalog: () => FunctionCatalog;
  defaultVersion: string | null;
}

/** Runs orchestrators: for each step the whole history goes in, actions come out, and one transaction keeps both. */
export class Orchestrations {
  /** Instances with a step under way; true: something arrived meanwhile. */
  private readonly stepping = new Map<string, boolean>();
  private stopped = true;

  constructor(private readonly parts: EngineParts) {
    parts.mail.onArrival = (id) => this.wake(id);
  }

  start(): void {
    this.stopped = false;
    for (const id of this.parts.instances.activeIds()) this.wake(id);
  }

  stop(): void {
    this.stopped = true;
  }

  /** Creates an instance in place of whatever bore this id. */
  create(id: string, name: string, version: string | null, input: string | null, link?: ParentLink): void {
    this.parts.store.transaction(() => {
      this.forget(id);
      this.parts.instances.create(id, name, version ?? this.parts.defaultVersion, input, link);
      this.parts.mail.wake(id);
    });
  }

  /** Ends an instance from outside: nothing in flight is stopped, no cleanup runs. */
  terminate(instance: Instance, reason: string): void {
    this.parts.store.transaction(() => {
      this.record(instance.id, [historyEvent('ExecutionTerminated', { Input: JSON.stringify(reason) })]);
      this.finish(instance, 'Terminated', JSON.stringify(reason), instance.customStatus);
    });
  }

  /** Removes all that is known of an instance. */
  forget(id: string): void {
    this.parts.history.remove(id);
    this.parts.timers.remove(id);
    this.parts.instances.remove(id);
  }

  private wake(id: string): void {
    if (this.stopped) return;
    if (this.stepping.has(id)) return void this.stepping.set(id, true);
    this.stepping.set(id, false);
    void this.runSteps(id);
  }

  private async runSteps(id: string): Promise<void> {
    do {
      this.stepping.set(id, false);
      try {
        await this.step(id);
      } catch (error) {
        if (error instanceof WorkerExited && !this.stopped) {
          await this.parts.worker.ready();
          this.stepping.set(id, true);
        } else if (!this.stopped) log('error', 'host', `step of '${id}':`, error);
      }
    } while (this.stepping.get(id) && !this.stopped);
    this.stepping.delete(id);
  }

  private async step(id: string): Promise<void> {
    const { instances, history, worker } = this.parts;
    const instance = instances.get(id);
    if (!instance || isFinished(instance.status) || instance.status === 'Suspended') return;
    const past = history.read(id);
    const inbox = history.inbox(id);
    if (past.length > 0 && inbox.length === 0) return;
    const fresh = [JSON.stringify(historyEvent('OrchestratorStarted'))];
    if (past.length === 0) fresh.push(JSON.stringify(executionStarted(instance)));
    fresh.push(...inbox.map((entry) => entry.event));
    await worker.ready();
    const answer = await this.replay(instance, past, fresh);
    if (this.stopped) return;
    this.parts.store.transaction(() => {
      const now = instances.get(id);
      const isCurrent = now?.execution === instance.execution && (now.status === 'Running' || now.status === 'Pending');
      if (isCurrent) this.commit(instance, past, fresh, inbox.at(-1)?.seq ?? 0, answer);
    });
  }

  private async replay(instance: Instance, past: string[], fresh: string[]): Promise<Answer> {
    const target = this.parts.catalog().find('orchestrationTrigger', instance.name);
    if (!target)
      return {
        failure: `The function '${instance.name}' doesn't exist, is disabled, or is not an orchestrator function.`,
      };
    const invocation = this.parts.catalog().invocation(target, { string: triggerText(instance, past, fresh) });
    try {
      return { state: JSON.parse(resultText(await this.parts.worker.invoke(invocation))) as OrchestratorState };
    } catch (error) {
      if (error instanceof WorkerExited) throw error;
      const { message } = error as Error;
      const mark = message.lastIndexOf(outOfProcMark);
      if (mark < 0) return { failure: message };
      const state = JSON.parse(message.slice(mark + outOfProcMark.length)) as OrchestratorState;
      return { state, failure: state.error ?? message.slice(0, mark).trim() };
    }
  }

  private commit(instance: Instance, past: string[], fresh: string[], lastSeq: number, answer: Answer): void {
    const { id } = instance;
    const events = [...fresh];
    this.parts.history.taken(id, lastSeq);
    try {
      const { state } = answer;
      if (!state) throw new OrchestrationFault(answer.failure);
      const customStatus = state.customStatus === undefined ? null : JSON.stringify(state.customStatus);
      const replay = new Replay(state.actions.flat());
      for (const text of [...past, ...fresh]) replay.feed(JSON.parse(text) as HistoryEvent);
      if ((customStatus?.length ?? 0) * 2 > customStatusLimitBytes)
        throw new OrchestrationFault('The UTF-16 size of the JSON-serialized custom status must not exceed 16 KB.');
      for (const item of replay.fresh) this.checkTarget(item);
      for (const item of replay.fresh) events.push(JSON.stringify(this.begin(instance, item)));
      this.parts.history.append(id, past.length, [...events, JSON.stringify(historyEvent('OrchestratorCompleted'))]);
      this.conclude(instance, replay, { ...answer, state }, customStatus);
    } catch (error) {
      if (!(error instanceof OrchestrationFault)) throw error;
      this.parts.history.append(id, past.length, events);
      this.fail(instance, error.message, instance.customStatus);
    }
  }

  private conclude(
    instance: Instance,
    replay: Replay,
    { state, failure }: Required<Pick<Answer, 'state'>> & Answer,
    customStatus: string | null,
  ): void {
    const { instances, history, timers, mail } = this.parts;
    if (replay.isHeldUp || (failure === undefined && !state.isDone)) {
      instances.setState(instance.id, 'Running', null, customStatus);
    } else if (failure !== undefined) {
      this.fail(instance, failure, customStatus);
    } else if (replay.continueAsNew) {
      const { input } = replay.continueAsNew;
      history.restart(instance.id);
      timers.remove(instance.id);
      instances.startOver(instance.id, typeof input === 'string' ? input : JSON.stringify(input ?? null));
      mail.wake(instance.id);
    } else {
      const output = JSON.stringify(state.output ?? null);
      this.record(instance.id, [historyEvent('ExecutionCompleted', { Result: output })]);
      this.finish(instance, 'Completed', output, customStatus);
    }
  }

  private fail(instance: Instance, message: string, customStatus: string | null): void {
    const text = `Orchestrator function '${instance.name}' failed: ${message}`;
    log('warning', instance.name, `instance ${instance.id} failed: ${message}`);
    this.record(instance.id, [historyEvent('ExecutionFailed', { Reason: text })]);
    this.finish(instance, 'Failed', JSON.stringify(text), customStatus);
  }

  private finish(
    instance: Instance,
    status: 'Completed' | 'Failed' | 'Terminated',
    output: string,
    customStatus: string | null,
  ): void {
    const { instances, timers, history, mail } = this.parts;
    instances.setState(instance.id, status, output, customStatus);
    timers.remove(instance.id);
    history.taken(instance.id, Number.MAX_SAFE_INTEGER);
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
    mail.toInstance(instance.parent, instance.parentExecution, event);
  }

  private record(id: string, events: HistoryEvent[]): void {
    const { history } = this.parts;
    history.append(
      id,
      history.read(id).length,
      events.map((event) => JSON.stringify(event)),
    );
  }

  private checkTarget(item: Scheduled): void {
    const catalog = this.parts.catalog();
    const missing = (name: string, kind: string): never => {
      throw new OrchestrationFault(`The function '${name}' doesn't exist, is disabled, or is not ${kind} function.`);
    };
    if (item.kind === 'activity' && !catalog.find('activityTrigger', item.name)) missing(item.name, 'an activity');
    if (item.kind === 'subOrchestration' && !catalog.find('orchestrationTrigger', item.name))
      missing(item.name, 'an orchestrator');
    if (item.kind === 'entity' && !catalog.find('entityTrigger', item.target.split('@')[1] ?? ''))
      missing(item.target, 'an entity');
  }

  /** Sets one thing going and answers what the history says of it. */
  private begin(instance: Instance, item: Scheduled): HistoryEvent {
    const { id, execution } = instance;
    const EventId = item.id;
    switch (item.kind) {
      case 'activity':
        this.parts.activities.schedule({ instance: id, execution, id: item.id, name: item.name, input: item.input });
        return historyEvent('TaskScheduled', { EventId, Name: item.name, Input: item.input });
      case 'timer':
        this.parts.timers.schedule(id, execution, item.id, item.fireAt);
        return historyEvent('TimerCreated', { EventId, FireAt: new Date(item.fireAt).toISOString() });
      case 'subOrchestration': {
        const child = item.instanceId ?? `${execution}:${item.id.toString(16).padStart(4, '0')}`;
        this.startChild(instance, child, item);
        return historyEvent('SubOrchestrationInstanceCreated', {
          EventId,
          Name: item.name,
          InstanceId: child,
          Input: item.input,
        });
      }
      case 'entity': {
        const requestId = randomUUID();
        const call = item.isSignal ? {} : { id: requestId, caller: { instance: id, execution } };
        const [, name = '', ...key] = item.target.split('@');
        const target = entityId(name, key.join('@'));
        this.parts.entities.request(target, {
          name: item.operation,
          input: item.input,
          isSignal: item.isSignal,
          ...call,
        });
        return historyEvent('EventSent', {
          EventId,
          InstanceId: target,
          Name: 'op',
          Input: JSON.stringify({ id: requestId }),
        });
      }
    }
  }

  private startChild(parent: Instance, id: string, item: Scheduled & { kind: 'subOrchestration' }): void {
    const existing = this.parts.instances.get(id);
    if (!existing || isFinished(existing.status)) {
      const link = { parent: parent.id, parentExecution: parent.execution, parentEventId: item.id };
      return this.create(id, item.name, item.version ?? null, item.input, link);
    }
    const Reason = `An Orchestration instance with the status ${existing.status} already exists.`;
    const failure = historyEvent('SubOrchestrationInstanceFailed', { TaskScheduledId: item.id, Reason, Details: '' });
    this.parts.mail.toInstance(parent.id, parent.execution, failure);
  }
}

const executionStarted = ({ name, version, input }: Instance): HistoryEvent =>
  historyEvent('ExecutionStarted', { Name: name, Version: version, Input: input ?? undefined });

/** The trigger's value as JSON text (facts/azure.md 3.2); schema V3, the newest that the bundles are known to speak. */
function triggerText({ id, input, parent }: Instance, past: string[], fresh: string[]): string {
  const played = (isPlayed: boolean) => (event: string) => `{"IsPlayed":${isPlayed},${event.slice(1)}`;
  const history = [...past.map(played(true)), ...fresh.map(played(false))].join(',');
  const rest = JSON.stringify({
    instanceId: id,
    isReplaying: past.length > 0,
    parentInstanceId: parent,
    upperSchemaVersion: 1,
    upperSchemaVersionNew: 2,
    longRunningTimerIntervalDuration: '3.00:00:00',
    maximumShortTimerDuration: '6.00:00:00',
    defaultHttpAsyncRequestSleepTimeMillseconds: 30_000,
  });
  return `{"history":[${history}],"input":${input ?? 'null'},${rest.slice(1)}`;
}

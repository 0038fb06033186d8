import type { FunctionCatalog } from '../functions';
import { log } from '../log';
import type { Store } from '../store';
import { type Worker, WorkerExited } from '../worker';
import type { Dispatch } from './dispatch';
import { EventType, type HistoryEvent, historyEvent, type HistoryStore, type InboxEntry } from './history';
import { type Instance, type InstanceStore, isFinished } from './instances';
import type { Lifecycle } from './lifecycle';
import type { Mail } from './mail';
import { type Answer, callOrchestrator } from './orchestratorCall';
import { NonDeterministic, OrchestrationFault } from './orchestrationFault';
import { Replay } from './replay';
import { trace } from './trace';

const customStatusLimitBytes = 16 * 1024; // as UTF-16

export interface EngineParts {
  store: Store;
  instances: InstanceStore;
  history: HistoryStore;
  mail: Mail;
  lifecycle: Lifecycle;
  dispatch: Dispatch;
  worker: Worker;
  catalog: () => FunctionCatalog;
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
    if (!instance || isFinished(instance.status)) return;
    const inbox = history.inbox(id);
    if (this.terminate(instance, inbox) || instance.status === 'Suspended') return;
    const past = history.read(id);
    if (past.length > 0 && inbox.length === 0) return;
    const fresh = [JSON.stringify(historyEvent('OrchestratorStarted'))];
    if (past.length === 0) {
      fresh.push(JSON.stringify(executionStarted(instance)));
      trace(instance.name, 'Orchestrator', id, 'started');
    }
    fresh.push(...inbox.map((entry) => entry.event));
    await worker.ready();
    const answer = await callOrchestrator(worker, this.parts.catalog(), instance, past, fresh);
    if (this.stopped) return;
    this.parts.store.transaction(() => {
      const now = instances.get(id);
      const isCurrent = now?.execution === instance.execution && (now.status === 'Running' || now.status === 'Pending');
      if (isCurrent) this.commit(instance, past, fresh, inbox.at(-1)?.seq ?? 0, answer);
    });
  }

  /** Ends an instance whose termination was asked for: at its next step, since the step under way is not interrupted. */
  private terminate(instance: Instance, inbox: InboxEntry[]): boolean {
    const events = inbox.map(({ event }) => JSON.parse(event) as HistoryEvent);
    const terminated = events.find((event) => event.EventType === EventType.ExecutionTerminated);
    if (terminated) this.parts.store.transaction(() => this.parts.lifecycle.terminate(instance, terminated));
    return terminated !== undefined;
  }

  private commit(instance: Instance, past: string[], fresh: string[], lastSeq: number, answer: Answer): void {
    const { history, dispatch, lifecycle } = this.parts;
    const events = [...fresh];
    history.taken(instance.id, lastSeq);
    try {
      const { state } = answer;
      // one that could not be run asks for nothing: with a history of tasks that is non-deterministic, too
      const replay = new Replay(state?.actions.flat() ?? []);
      for (const text of [...past, ...fresh]) replay.feed(JSON.parse(text) as HistoryEvent);
      if (!state) throw new OrchestrationFault(answer.failure);
      // kept over continueAsNew for the new execution's first step; then only what it has set itself counts
      const kept = past.length === 0 ? instance.customStatus : null;
      const customStatus = customStatusText(state.customStatus) ?? kept;
      for (const item of replay.fresh) dispatch.check(item);
      for (const item of replay.fresh) events.push(JSON.stringify(dispatch.begin(instance, item)));
      events.push(JSON.stringify(historyEvent('OrchestratorCompleted')));
      history.append(instance.id, past.length, events);
      this.conclude(instance, replay, { ...answer, state }, customStatus);
    } catch (error) {
      if (!(error instanceof OrchestrationFault)) throw error;
      history.append(instance.id, past.length, events);
      if (error instanceof NonDeterministic) lifecycle.failWith(instance, error.message, instance.customStatus);
      else lifecycle.fail(instance, error.message, instance.customStatus);
    }
  }

  private conclude(
    instance: Instance,
    replay: Replay,
    { state, failure }: Required<Pick<Answer, 'state'>> & Answer,
    customStatus: string | null,
  ): void {
    const { instances, lifecycle } = this.parts;
    if (replay.isHeldUp || (failure === undefined && !state.isDone)) {
      instances.setState(instance.id, 'Running', null, customStatus);
      trace(instance.name, 'Orchestrator', instance.id, 'awaited');
    } else if (failure !== undefined) lifecycle.fail(instance, failure, customStatus);
    else if (replay.continueAsNew)
      lifecycle.startOver(instance.id, replay.continueAsNew.input, replay.carriedOver, customStatus);
    else lifecycle.complete(instance, JSON.stringify(state.output ?? null), customStatus);
  }
}

function customStatusText(value: unknown): string | null {
  const text = value === undefined || value === null ? null : JSON.stringify(value);
  if ((text?.length ?? 0) * 2 > customStatusLimitBytes)
    throw new OrchestrationFault('The UTF-16 size of the JSON-serialized custom status must not exceed 16 KB.');
  return text;
}

const executionStarted = ({ name, version, input }: Instance): HistoryEvent =>
  historyEvent('ExecutionStarted', { Name: name, Version: version, Input: input ?? undefined });

import type { FunctionCatalog } from '../functions';
import { log } from '../log';
import type { Store } from '../store';
import { type Worker, WorkerExited } from '../worker';
import type { Dispatch } from './dispatch';
import { type HistoryEvent, historyEvent, type HistoryStore } from './history';
import { type Instance, type InstanceStore, isFinished } from './instances';
import type { Lifecycle } from './lifecycle';
import type { Mail } from './mail';
import { type Answer, callOrchestrator } from './orchestratorCall';
import { OrchestrationFault, Replay } from './replay';

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
    if (!instance || isFinished(instance.status) || instance.status === 'Suspended') return;
    const past = history.read(id);
    const inbox = history.inbox(id);
    if (past.length > 0 && inbox.length === 0) return;
    const fresh = [JSON.stringify(historyEvent('OrchestratorStarted'))];
    if (past.length === 0) fresh.push(JSON.stringify(executionStarted(instance)));
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

  private commit(instance: Instance, past: string[], fresh: string[], lastSeq: number, answer: Answer): void {
    const { history, dispatch, lifecycle } = this.parts;
    const events = [...fresh];
    history.taken(instance.id, lastSeq);
    try {
      const { state } = answer;
      if (!state) throw new OrchestrationFault(answer.failure);
      const replay = new Replay(state.actions.flat());
      for (const text of [...past, ...fresh]) replay.feed(JSON.parse(text) as HistoryEvent);
      const customStatus = customStatusText(state.customStatus);
      for (const item of replay.fresh) dispatch.check(item);
      for (const item of replay.fresh) events.push(JSON.stringify(dispatch.begin(instance, item)));
      events.push(JSON.stringify(historyEvent('OrchestratorCompleted')));
      history.append(instance.id, past.length, events);
      this.conclude(instance, replay, { ...answer, state }, customStatus);
    } catch (error) {
      if (!(error instanceof OrchestrationFault)) throw error;
      history.append(instance.id, past.length, events);
      lifecycle.fail(instance, error.message, instance.customStatus);
    }
  }

  private conclude(
    instance: Instance,
    replay: Replay,
    { state, failure }: Required<Pick<Answer, 'state'>> & Answer,
    customStatus: string | null,
  ): void {
    const { instances, lifecycle } = this.parts;
    if (replay.isHeldUp || (failure === undefined && !state.isDone))
      instances.setState(instance.id, 'Running', null, customStatus);
    else if (failure !== undefined) lifecycle.fail(instance, failure, customStatus);
    else if (replay.continueAsNew) lifecycle.startOver(instance.id, replay.continueAsNew.input);
    else lifecycle.complete(instance, JSON.stringify(state.output ?? null), customStatus);
  }
}

function customStatusText(value: unknown): string | null {
  const text = value === undefined ? null : JSON.stringify(value);
  if ((text?.length ?? 0) * 2 > customStatusLimitBytes)
    throw new OrchestrationFault('The UTF-16 size of the JSON-serialized custom status must not exceed 16 KB.');
  return text;
}

const executionStarted = ({ name, version, input }: Instance): HistoryEvent =>
  historyEvent('ExecutionStarted', { Name: name, Version: version, Input: input ?? undefined });

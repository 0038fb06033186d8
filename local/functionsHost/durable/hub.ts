import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { FunctionCatalog } from '../functions';
import { log } from '../log';
import type { HostSettings } from '../settings';
import type { Store } from '../store';
import type { Worker } from '../worker';
import { Activities } from './activities';
import { Dispatch } from './dispatch';
import { DurableTimers } from './durableTimers';
import { Entities, entityId } from './entities';
import { type HistoryEvent, historyEvent, HistoryStore } from './history';
import { type Instance, type InstanceQuery, InstanceStore, isFinished, type RuntimeStatus } from './instances';
import { Lifecycle } from './lifecycle';
import { Mail } from './mail';
import { Orchestrations } from './orchestrations';

/** How an operation on one instance ended. */
export type Outcome = 'accepted' | 'unknown' | 'finished' | { refused: string };

// two starts of one id within it are "at the same instant": both are told 202, one runs, as in Azure
const startWindowMs = 2;

/** The task hub: the parts of Durable put together, and what a client may ask of them. */
export class TaskHub {
  readonly instances: InstanceStore;
  readonly history: HistoryStore;
  private readonly mail: Mail;
  private readonly activities: Activities;
  private readonly timers: DurableTimers;
  private readonly entities: Entities;
  private readonly lifecycle: Lifecycle;
  private readonly orchestrations: Orchestrations;

  constructor(
    private readonly store: Store,
    worker: Worker,
    catalog: () => FunctionCatalog,
    settings: HostSettings,
  ) {
    this.instances = new InstanceStore(store);
    this.history = new HistoryStore(store);
    this.mail = new Mail(store, this.instances, this.history);
    this.activities = new Activities(store, this.mail, worker, catalog, settings);
    this.timers = new DurableTimers(store, this.mail);
    this.entities = new Entities(store, this.mail, worker, catalog);
    const { instances, history, mail, activities, timers, entities } = this;
    const lifecycle = new Lifecycle(store, instances, history, mail, timers, settings.defaultVersion);
    this.lifecycle = lifecycle;
    const dispatch = new Dispatch({ catalog, activities, timers, entities, instances, lifecycle, mail });
    this.orchestrations = new Orchestrations({ store, instances, history, mail, lifecycle, dispatch, worker, catalog });
  }

  /** Takes up all that an earlier host left. */
  start(): void {
    this.orchestrations.start();
    this.entities.start();
    this.activities.start();
    this.timers.start();
  }

  /** Starts no more work; resolves when the running activities have ended. */
  async stop(): Promise<void> {
    this.timers.stop();
    this.entities.stop();
    await this.activities.stop();
    this.orchestrations.stop();
  }

  /**
   * Starts an orchestration; a finished one of the same id is replaced.
   * @param input JSON text
   * @returns its id, or the status of the active instance that is in the way
   */
  async startNew(
    name: string,
    id: string | undefined,
    input: string | null,
    version: string | null,
  ): Promise<{ id: string } | { inTheWay: string }> {
    const newId = id ?? randomUUID().replaceAll('-', '');
    const before = this.instances.get(newId);
    if (before && !isFinished(before.status)) return { inTheWay: before.status };
    if (id !== undefined) await delay(startWindowMs);
    const rival = this.instances.get(newId);
    const isRaced = rival !== undefined && rival.execution !== before?.execution;
    // either input wins; once the rival has begun it stays
    if (!isRaced || (rival.status === 'Pending' && Math.random() < 0.5))
      this.lifecycle.create(newId, name, version, input);
    return { id: newId };
  }

  /** @param input JSON text */
  raiseEvent(id: string, name: string, input: string | undefined): Outcome {
    return this.send(id, historyEvent('EventRaised', { Name: name, Input: input }));
  }

  /** A message like any other: until a step takes it up the instance is active, and its id taken. */
  terminate(id: string, reason: string): Outcome {
    return this.send(id, historyEvent('ExecutionTerminated', { Input: JSON.stringify(reason) }));
  }

  /** What arrives waits until `resume`; activities that run go on. Refused where it is suspended already. */
  suspend(id: string): Outcome {
    return this.onActive(id, ({ name, status, customStatus }) => {
      if (status === 'Suspended') return this.refused('suspend', id, name, status);
      this.instances.setState(id, 'Suspended', null, customStatus);
      return undefined;
    });
  }

  /** Refused where it is not suspended. */
  resume(id: string): Outcome {
    return this.onActive(id, ({ name, status, customStatus }) => {
      if (status !== 'Suspended') return this.refused('resume', id, name, status);
      this.instances.setState(id, 'Running', null, customStatus);
      this.mail.wake(id);
      return undefined;
    });
  }

  /** Removes an instance that has ended, or an entity, whatever it does. @returns how many were there to remove */
  purgeOne(id: string): number | { active: RuntimeStatus } {
    if (id.startsWith('@')) return this.entities.purge(id) ? 1 : 0;
    const instance = this.instances.get(id);
    if (instance && !isFinished(instance.status)) return { active: instance.status };
    if (instance) this.store.transaction(() => this.lifecycle.forget(id));
    return instance ? 1 : 0;
  }

  /**
   * Removes all that match. As on the real host, only states that are final filter: where the query names none, what runs
   * is removed, too. @returns how many
   */
  purge(query: Partial<InstanceQuery>): number {
    const statuses = (query.statuses ?? []).filter((status) => isFinished(status as RuntimeStatus));
    const found = this.query({ ...query, statuses });
    this.store.transaction(() => found.forEach((instance) => this.lifecycle.forget(instance.id)));
    return found.length;
  }

  /** Forgets everything, as when somebody deletes the hub's tables and queues under the running app. For tests. */
  wipe(): void {
    this.store.transaction(() => {
      for (const part of [this.instances, this.history, this.activities, this.timers, this.entities]) part.clear();
    });
  }

  query(query: Partial<InstanceQuery>): Instance[] {
    return this.instances.list({
      statuses: [],
      createdFrom: null,
      createdTo: null,
      idPrefix: '',
      after: '',
      limit: -1,
      ...query,
    });
  }

  entityState(name: string, key: string): string | undefined {
    return this.entities.state(entityId(name, key));
  }

  /** @param input JSON text */
  signalEntity(name: string, key: string, operation: string, input: string | undefined): void {
    this.store.transaction(() =>
      this.entities.request(entityId(name, key), { name: operation, input, isSignal: true }),
    );
  }

  private send(id: string, event: HistoryEvent): Outcome {
    return this.onActive(id, () => {
      this.mail.toInstance(id, null, event);
      return undefined;
    });
  }

  private refused(verb: 'suspend' | 'resume', id: string, name: string, status: RuntimeStatus): Outcome {
    log('warning', name, `Cannot ${verb} orchestration instance in the ${status} state. InstanceId: ${id}.`);
    return { refused: `Cannot ${verb} the orchestration instance ${id} because instance is in the ${status} state.` };
  }

  private onActive(id: string, act: (instance: Instance) => Outcome | undefined): Outcome {
    const instance = this.instances.get(id);
    if (!instance) return 'unknown';
    if (isFinished(instance.status)) return 'finished';
    return this.store.transaction(() => act(instance)) ?? 'accepted';
  }
}

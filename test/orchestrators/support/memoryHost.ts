import type { Instances, InstanceStatus } from '../../../src/core/job/ports';
import type { Scheduled } from './actions';
import { ActivityRun, Mishap } from './activityRun';
import { EntityStore } from './entityStore';
import { HistoryEvent, historyEvent } from './history';
import type { Activity, Dispatched, HostParts, Instance } from './hostParts';
import { answerName, ReplayedOrchestration, StepResult } from './replayed';

export type { Activity };

const stepMs = 10;
const entityMs = 20;
const restartMs = 5_000;
/** The visibility time-out: what a dead host had in hand comes again so long after it began. */
const visibilityMs = 60_000;
const customStatusLimit = 8_192; // characters: 16 KB of UTF-16

/** The Durable host in memory and on a virtual clock: at-least-once activities, early timers, crashes. */
export class MemoryHost implements Instances {
  readonly instances = new Map<string, Instance>();
  readonly entities: EntityStore;
  private dispatched: Dispatched[] = [];
  private strays: { readonly run: ActivityRun; readonly input: string }[] = [];
  private dispatches = 0;
  /** Who waits for an orchestration that it called, and under which number. */
  private readonly callers = new Map<string, { readonly caller: Instance; readonly id: number }>();

  constructor(private readonly parts: HostParts) {
    this.entities = new EntityStore(parts.entity);
  }

  async start(orchestrator: string, id: string, input: unknown): Promise<void> {
    const handler = this.parts.orchestrators[orchestrator];
    if (!handler) throw new Error(`There is no orchestrator ${orchestrator}.`);
    if (this.isActive(id)) throw new Error('An Orchestration instance with the status Running already exists.');
    const text = this.cross(JSON.stringify(input), 'orchestration input');
    const orchestration = new ReplayedOrchestration(handler, id, JSON.parse(text), this.parts.replays);
    const instance: Instance = {
      id,
      orchestrator,
      orchestration,
      generation: 0,
      createdAt: this.parts.clock.now,
      status: 'Pending',
      customStatus: undefined,
      inbox: [],
      isStepping: false,
      isStuck: false,
    };
    this.instances.set(id, instance);
    this.wake(instance);
  }

  async raise(id: string, event: string, data: unknown): Promise<void> {
    const Input = this.cross(JSON.stringify(data ?? null), 'event');
    const instance = this.instances.get(id);
    if (!instance) throw new Error(`There is no instance ${id}.`);
    this.post(instance, historyEvent('EventRaised', this.parts.clock.now, { Name: event, Input }));
  }

  async status(id: string): Promise<InstanceStatus | undefined> {
    const instance = this.instances.get(id);
    if (!instance) return undefined;
    const { status, customStatus, createdAt } = instance;
    return {
      runtimeStatus: status,
      createdAt,
      customStatus: customStatus === undefined ? undefined : (JSON.parse(customStatus) as unknown),
    };
  }

  async terminate(id: string): Promise<void> {
    this.lose(id, 'Terminated');
  }

  async purge(id: string): Promise<void> {
    this.instances.delete(id);
  }

  async signalEntity(name: string, key: string, operation: string, input: unknown): Promise<void> {
    await this.entities.call(`@${name.toLowerCase()}@${key}`, operation, JSON.stringify(input));
  }

  async sweepEntity(name: string, key: string, now: number): Promise<'done'> {
    await this.entities.call(`@${name.toLowerCase()}@${key}`, 'sweep', JSON.stringify({ now }));
    return 'done';
  }

  isActive(id: string): boolean {
    const status = this.instances.get(id)?.status;
    return status === 'Pending' || status === 'Running';
  }

  /**
   * What goes on: the instances, what is in hand for them, runs that nobody waits for any more. `ageOf` says of an activity's
   * input how it stands to what its job does now.
   */
  shape(ageOf: (input: string) => string): string {
    const instances = [...this.instances.values()].map((one) => `${one.id} ${one.isStuck ? 'Stuck' : one.status}`);
    const places = (runs: readonly ActivityRun[], input: string): string[] =>
      runs.filter(isAlive).map(({ place }) => `${place} ${ageOf(input)}`);
    const inHand = this.dispatched.map(({ name, runs, isSettled, input }) =>
      isSettled ? places(runs, input).join() : `${name} ${runs.filter(isAlive).length}`,
    );
    this.strays = this.strays.filter(({ run }) => isAlive(run));
    return [...instances, ...inHand, ...this.strays.flatMap(({ run, input }) => places([run], input))].join();
  }

  /** The rows of the longest history that goes on. */
  get rows(): number {
    return Math.max(0, ...[...this.instances.values()].map(({ orchestration }) => orchestration.rows));
  }

  /** Events that an instance has not heard yet. */
  mailOf(id: string): number {
    return this.instances.get(id)?.inbox.length ?? 0;
  }

  /** Nothing runs any more and nothing is on its way to an instance. */
  get isQuiet(): boolean {
    for (const { status } of this.instances.values()) if (status === 'Pending' || status === 'Running') return false;
    return true;
  }

  /** kill -9: what was in hand dies where it is and comes again; histories, timers and mail are kept. */
  crash(): void {
    for (const one of this.dispatched) for (const run of one.runs) run.isDead = true;
    for (const one of this.dispatched) this.again(one);
  }

  /** Another version of the app is deployed: what goes on is replayed by it. */
  redeploy(): void {
    for (const { orchestration } of this.instances.values()) orchestration.redeployed();
  }

  /** The instance is alive, and nothing happens to it any more. */
  stick(id: string): void {
    const instance = this.instances.get(id);
    if (instance && this.isActive(id)) instance.isStuck = true;
  }

  /** The platform loses the instance. What it had in hand goes on, and nobody hears of it. */
  lose(id: string, status: 'Failed' | 'Terminated' | 'gone'): void {
    const instance = this.instances.get(id);
    if (!instance || !this.isActive(id)) return;
    if (status === 'gone') this.instances.delete(id);
    instance.status = status === 'gone' ? 'Terminated' : status;
    for (const one of this.dispatched) if (one.instance === instance) one.isSettled = true;
    if (status !== 'gone') this.answerCaller(instance); // of one that is purged nobody hears anything
  }

  private cross(text: string, where: string): string {
    this.parts.onCrossing?.(text, where);
    return text;
  }

  private post(instance: Instance, event: HistoryEvent, generation = instance.generation): void {
    if (instance.status !== 'Pending' && instance.status !== 'Running') return;
    if (instance.generation !== generation) return;
    instance.inbox.push(event);
    this.wake(instance);
  }

  private wake(instance: Instance): void {
    if (instance.isStepping) return;
    instance.isStepping = true;
    this.parts.clock.after(stepMs, () => void this.step(instance));
  }

  private async step(instance: Instance): Promise<void> {
    instance.isStepping = false;
    if (instance.isStuck || (instance.status !== 'Pending' && instance.status !== 'Running')) return;
    const { now } = this.parts.clock;
    const inbox = instance.inbox;
    instance.inbox = [];
    const result = await instance.orchestration.step(now, inbox);
    instance.status = 'Running';
    this.setCustomStatus(instance, result.customStatus);
    for (const item of result.fresh) this.begin(instance, item, now);
    if (result.end && 'anew' in result.end) {
      this.beginAnew(instance, result.end.anew);
      return;
    }
    // a pending timer keeps an instance running, whatever it returned
    if (result.end && !this.isHeldUp(instance, result)) this.finish(instance, result.end);
  }

  /** The history is put down. What was raised at this moment is lost, as with the extension for JavaScript. */
  private beginAnew(instance: Instance, input: unknown): void {
    this.parts.onHistory?.(instance.orchestration.rows);
    const text = this.cross(JSON.stringify(input), 'orchestration input');
    const handler = this.parts.orchestrators[instance.orchestrator];
    if (!handler) throw new Error(`There is no orchestrator ${instance.orchestrator}.`);
    instance.orchestration = new ReplayedOrchestration(handler, instance.id, JSON.parse(text), this.parts.replays);
    instance.generation++;
    instance.inbox = [];
    for (const one of this.dispatched) if (one.instance === instance) one.isSettled = true;
    this.wake(instance);
  }

  private setCustomStatus(instance: Instance, status: unknown): void {
    const text = JSON.stringify(status) as string | undefined;
    if (text === undefined) return;
    this.cross(text, 'custom status');
    if (text.length > customStatusLimit) throw new Error(`The custom status has ${text.length} characters.`);
    instance.customStatus = text;
  }

  private isHeldUp({ orchestration }: Instance, { scheduled }: StepResult): boolean {
    const fired = new Set(orchestration.history.map(({ TimerId }) => TimerId));
    return scheduled.some((item) => item.kind === 'timer' && !item.isCanceled && !fired.has(item.id));
  }

  private finish(instance: Instance, end: Exclude<NonNullable<StepResult['end']>, { anew: unknown }>): void {
    this.parts.onHistory?.(instance.orchestration.rows);
    if ('failure' in end) {
      instance.status = 'Failed';
      instance.failure = end.failure;
    } else {
      instance.status = 'Completed';
      instance.output = end.output;
      this.cross(JSON.stringify(end.output ?? null), 'orchestration output');
    }
    this.answerCaller(instance);
  }

  private answerCaller(instance: Instance): void {
    const call = this.callers.get(instance.id);
    if (!call) return;
    this.callers.delete(instance.id);
    const isDone = instance.status === 'Completed';
    const type = isDone ? 'SubOrchestrationInstanceCompleted' : 'SubOrchestrationInstanceFailed';
    const result = isDone ? { Result: JSON.stringify(instance.output ?? null) } : failed(new Error(instance.failure));
    this.post(call.caller, historyEvent(type, this.parts.clock.now, { TaskScheduledId: call.id, ...result }));
  }

  private callOrchestration(caller: Instance, item: Extract<Scheduled, { kind: 'orchestration' }>): void {
    this.callers.set(item.instanceId, { caller, id: item.id });
    this.parts.clock.after(stepMs, () => {
      if (!this.isActive(item.instanceId)) void this.start(item.name, item.instanceId, JSON.parse(item.input));
    });
  }

  private begin(instance: Instance, item: Scheduled, now: number): void {
    if (item.kind === 'timer' && !item.isCanceled) {
      // whole seconds, the rest cut off: timers fire up to a second early
      const delay = Math.max(0, Math.floor((item.fireAt - now) / 1000) * 1000) + 50;
      const FireAt = new Date(item.fireAt);
      const { generation } = instance;
      this.parts.clock.after(delay, () =>
        this.post(instance, historyEvent('TimerFired', this.parts.clock.now, { TimerId: item.id, FireAt }), generation),
      );
    } else if (item.kind === 'activity') {
      const one = {
        nth: this.dispatches++,
        instance,
        id: item.id,
        name: item.name,
        input: item.input,
        startedAt: now,
        generation: instance.generation,
      };
      this.dispatch({ ...one, runs: [], isSettled: false });
    } else if (item.kind === 'orchestration') {
      this.callOrchestration(instance, item);
    } else if (item.kind === 'entity') {
      this.callEntity(instance, item);
    }
  }

  private callEntity(instance: Instance, item: Extract<Scheduled, { kind: 'entity' }>): void {
    this.cross(item.input, 'entity input');
    const { generation } = instance;
    const act = async (): Promise<void> => {
      const Input = this.cross(await this.entities.call(item.target, item.operation, item.input), 'entity output');
      const Name = answerName(instance.id, item.id);
      this.parts.clock.after(entityMs, () =>
        this.post(instance, historyEvent('EventRaised', this.parts.clock.now, { Name, Input }), generation),
      );
    };
    this.parts.clock.after(entityMs, () => void act());
  }

  private dispatch(one: Dispatched): void {
    this.cross(one.input, `input of ${one.name}`);
    this.dispatched.push(one);
    const mishap = this.parts.mishap?.(one.name, one.instance.id);
    this.parts.clock.after(stepMs, () => this.run(one, mishap, true));
    if (mishap?.kind !== 'twice') return;
    this.parts.clock.after(stepMs + mishap.gapMs, () => this.run(one, undefined, mishap.wins === 1));
  }

  private run(one: Dispatched, mishap: Mishap | undefined, counts: boolean): void {
    const { clock, activities } = this.parts;
    const activity = activities[one.name];
    if (!activity) throw new Error(`There is no activity ${one.name}.`);
    const isFirst = one.runs.length === 0;
    const run = new ActivityRun(
      clock,
      one.instance.id,
      one.name,
      mishap,
      () => this.onMishap(one, mishap),
      isFirst ? (at) => this.parts.onWait?.(one.nth, at) : undefined,
    );
    one.runs.push(run);
    const doesCount = counts && !(mishap?.kind === 'twice' && mishap.wins === 1);
    const work = run.wait(0).then(() => activity(JSON.parse(one.input), run));
    void run.finish(work).then((ended) => {
      this.parts.onRun?.(one.nth, run);
      if (!ended || !doesCount) return;
      if ('value' in ended) this.settle(one, { Result: JSON.stringify(ended.value ?? null) });
      else this.settle(one, failed(ended.error));
    });
  }

  private onMishap(one: Dispatched, mishap: Mishap | undefined): void {
    this.parts.onMishap?.();
    const comesAgain = mishap?.kind === 'comesAgain' || (mishap?.kind === 'zombie' && mishap.then === 'comesAgain');
    if (comesAgain) this.again(one);
    else this.settle(one, failed(new Error('node exited with code 137')));
  }

  private again(one: Dispatched): void {
    if (one.isSettled) return;
    const { clock } = this.parts;
    const at = Math.max(clock.now + restartMs, one.startedAt + visibilityMs);
    clock.after(at - clock.now, () => {
      if (!one.isSettled) this.run(one, undefined, true);
    });
  }

  private settle(one: Dispatched, result: Pick<HistoryEvent, 'Result' | 'Reason' | 'Details'>): void {
    if (one.isSettled) return;
    one.isSettled = true;
    this.strays.push(...one.runs.filter(isAlive).map((run) => ({ run, input: one.input })));
    this.dispatched = this.dispatched.filter((other) => other !== one);
    this.cross(result.Result ?? result.Reason ?? '', `result of ${one.name}`);
    const type = result.Result === undefined ? 'TaskFailed' : 'TaskCompleted';
    this.post(
      one.instance,
      historyEvent(type, this.parts.clock.now, { TaskScheduledId: one.id, ...result }),
      one.generation,
    );
  }
}

const isAlive = (run: ActivityRun): boolean => !run.isDead && !run.hasEnded;

const failed = (error: unknown): Pick<HistoryEvent, 'Reason' | 'Details'> => ({
  Reason: `Activity function failed: ${error instanceof Error ? error.message : String(error)}`,
  Details: '{"ClassName":"System.Exception"}',
});

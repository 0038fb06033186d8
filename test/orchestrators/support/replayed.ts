import type { OrchestrationHandler } from 'durable-functions';
import { Orchestrator, TaskOrchestrationExecutor } from 'durable-functions/lib/src/orchestrations/Orchestrator';
import { Action, isSame, isSameKind, Scheduled, scheduledOf } from './actions';
import { HistoryEvent, historyEvent } from './history';

interface OrchestratorState {
  readonly isDone: boolean;
  readonly actions: Action[][];
  readonly output?: unknown;
  readonly error?: string;
  readonly customStatus?: unknown;
}

export interface StepResult {
  /** What was not asked for before. */
  readonly fresh: readonly Scheduled[];
  readonly scheduled: readonly Scheduled[];
  readonly customStatus: unknown;
  readonly end?: { readonly output: unknown } | { readonly failure: string } | { readonly anew: unknown };
}

const failureMark = '$OutOfProcData$:';

/**
 * When the whole history is replayed: at every step, as the platform does it, or once, when the orchestration has ended, or
 * not at all. Without a replay the executor goes on from where it stands, which is many times as fast.
 */
export type Replays = 'eachStep' | 'atTheEnd' | 'never';

/**
 * One orchestration on the real replay executor. What a replay asks for must begin with what was asked for before: an
 * orchestrator that is not deterministic fails here.
 */
export class ReplayedOrchestration {
  readonly history: HistoryEvent[] = [];
  private scheduled: Scheduled[] = [];
  private live: Live | undefined;
  private isOfAnotherVersion = false;

  constructor(
    private readonly handler: OrchestrationHandler,
    private readonly instanceId: string,
    private readonly input: unknown,
    private readonly replays: Replays = 'eachStep',
  ) {}

  /** Replays with what arrived; the first step has nothing. */
  async step(now: number, arrived: readonly HistoryEvent[]): Promise<StepResult> {
    if (!this.live) for (const event of this.history) event.IsPlayed = true;
    const isFirst = this.history.length === 0;
    this.history.push(historyEvent('OrchestratorStarted', now));
    if (isFirst) this.history.push(historyEvent('ExecutionStarted', now, { Input: JSON.stringify(this.input) }));
    this.history.push(...arrived);
    const told = await (this.replays === 'eachStep' ? this.replay() : this.goOn());
    const { fresh, state, failure } = told;
    for (const item of fresh) this.record(item, now);
    this.history.push(historyEvent('OrchestratorCompleted', now));
    const anew = fresh.find((item) => item.kind === 'anew');
    const end = anew
      ? { anew: JSON.parse(anew.input) as unknown }
      : failure === undefined
        ? state.isDone
          ? { output: state.output }
          : undefined
        : { failure };
    if (end && this.replays === 'atTheEnd') await this.replay();
    return { fresh, scheduled: this.scheduled, customStatus: state.customStatus, ...(end ? { end } : {}) };
  }

  /** Another version of the app goes on from here: it replays what this one has done. */
  redeployed(): void {
    this.live = undefined;
    this.isOfAnotherVersion = true;
  }

  get rows(): number {
    return this.history.length;
  }

  /** Plays all of the history, from its start. */
  private async replay(): Promise<Step> {
    const orchestrator = new Orchestrator(this.handler);
    const told = await replayBy(
      orchestrator,
      {
        history: this.history,
        input: this.input,
        instanceId: this.instanceId,
        isReplaying: this.history.length > 2,
      },
      this.isOfAnotherVersion,
    );
    const scheduled = scheduledOf(told.state.actions.flat());
    if (this.isOfAnotherVersion && told.failure === undefined && this.differs(scheduled)) {
      return { state: told.state, fresh: [], failure: 'Non-Deterministic workflow detected' };
    }
    if (!this.isOfAnotherVersion) this.checkPrefix(scheduled, told.state.isDone || told.failure !== undefined);
    const fresh = scheduled.slice(this.scheduled.length);
    this.scheduled = scheduled;
    const { taskOrchestrationExecutor: executor } = orchestrator;
    this.live ??= { executor, played: this.history.length, taken: executor.actions.length, nextId: idsOf(scheduled) };
    return { ...told, fresh };
  }

  /** Plays what was written since. */
  private async goOn(): Promise<Step> {
    const { live, history } = this;
    if (!live) return this.replay();
    const { executor } = live;
    for (; live.played < history.length && !executor.isDoneExecuting(); live.played++)
      executor.processEvent(history[live.played]);
    const { actions, output, exception, context } = executor;
    const fresh = scheduledOf(actions.slice(live.taken), live.nextId);
    this.scheduled.push(...fresh);
    live.taken = actions.length;
    live.nextId += idsOf(fresh);
    const isDone = executor.hasCompletedSuccessfully();
    const state = { isDone, actions: [actions], output, customStatus: context.customStatus };
    return exception === undefined ? { state, fresh } : { state, fresh, failure: exception.message };
  }

  /** What the extension finds out. It lets through what differs only in content. */
  private differs(scheduled: readonly Scheduled[]): boolean {
    return this.scheduled.some((before, i) => {
      const now = scheduled[i];
      return now === undefined || !isSameKind(before, now);
    });
  }

  /** The inputs of the newest ones at each step, all of them at the end. */
  private checkPrefix(scheduled: readonly Scheduled[], isEnd: boolean): void {
    this.scheduled.forEach((before, i) => {
      const now = scheduled[i];
      if (now && isSame(before, now, isEnd || i >= this.scheduled.length - 4)) return;
      throw new Error(
        `Not deterministic: action ${i} of ${this.instanceId} was ${JSON.stringify(before)}, and is ${JSON.stringify(now)}.`,
      );
    });
  }

  private record(item: Scheduled, now: number): void {
    switch (item.kind) {
      case 'activity':
        this.history.push(historyEvent('TaskScheduled', now, { EventId: item.id, Name: item.name, Input: item.input }));
        break;
      case 'orchestration':
        this.history.push(
          historyEvent('SubOrchestrationInstanceCreated', now, {
            EventId: item.id,
            Name: item.name,
            InstanceId: item.instanceId,
            Input: item.input,
          }),
        );
        break;
      case 'timer':
        this.history.push(historyEvent('TimerCreated', now, { EventId: item.id, FireAt: new Date(item.fireAt) }));
        break;
      case 'entity': {
        const Input = JSON.stringify({ id: answerName(this.instanceId, item.id) });
        this.history.push(historyEvent('EventSent', now, { EventId: item.id, Name: 'op', Input }));
        break;
      }
      case 'anew':
      case 'event': // waiting for an event leaves nothing in the history
    }
  }
}

interface Told {
  readonly state: OrchestratorState;
  readonly failure?: string;
}
/** What a step came to, and what it asked for that was not asked for before. */
type Step = Told & { readonly fresh: readonly Scheduled[] };

/** An executor between two steps: how many events it has played, how many of its actions were taken, the next one's number. */
interface Live {
  readonly executor: TaskOrchestrationExecutor;
  played: number;
  taken: number;
  nextId: number;
}

const idsOf = (scheduled: readonly Scheduled[]): number =>
  scheduled.filter(({ kind }) => kind !== 'event' && kind !== 'anew').length;

/** @param mayThrow the library throws where an answer does not fit its task: then the instance fails */
async function replayBy(orchestrator: Orchestrator, of: Record<string, unknown>, mayThrow: boolean): Promise<Told> {
  const trigger = {
    ...of,
    parentInstanceId: null,
    upperSchemaVersion: 1,
    upperSchemaVersionNew: 2,
    longRunningTimerIntervalDuration: '3.00:00:00',
    maximumShortTimerDuration: '6.00:00:00',
    defaultHttpAsyncRequestSleepTimeMillseconds: 30_000,
  };
  try {
    return { state: (await orchestrator.handle(trigger, { df: undefined })) as OrchestratorState };
  } catch (cause) {
    const { message } = cause as Error;
    const mark = message.lastIndexOf(failureMark);
    if (mark < 0 && mayThrow) return { state: { isDone: false, actions: [] }, failure: message };
    if (mark < 0) throw cause;
    const state = JSON.parse(message.slice(mark + failureMark.length)) as OrchestratorState;
    return { state, failure: state.error ?? message.slice(0, mark) };
  }
}

/** The name of the event that answers an entity call. */
export const answerName = (instanceId: string, id: number): string => `answer ${id} to ${instanceId}`;

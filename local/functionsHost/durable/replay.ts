import { type Action, ActionType, activityInput, type RetryOptions, type Scheduled } from './actions';
import { EventType, type HistoryEvent } from './history';
import { NonDeterministic, OrchestrationFault } from './orchestrationFault';

interface Pending {
  readonly done: boolean;
}

const allOf = (children: Pending[]): Pending => ({
  get done() {
    return children.every((child) => child.done);
  },
});

const anyOf = (children: Pending[]): Pending => ({
  get done() {
    return children.some((child) => child.done);
  },
});

const maximumShortTimerMs = 6 * 24 * 3_600_000;
const longTimerPieceMs = 3 * 24 * 3_600_000;

/**
 * What the Durable extension does with an orchestrator's actions: it works through the list in order, waits for each
 * item, and gives activities, sub-orchestrations, timers and entity messages the ids 0, 1, 2… in that order, while it
 * reads the history from its start. Stateless, so that a restart changes nothing.
 * The order of ids is the extension's (OutOfProcOrchestrationShim.cs, github.com/Azure/azure-functions-durable-extension): an
 * app that drifts here drifts in Azure.
 */
export class Replay {
  readonly scheduled = new Map<number, Scheduled>();
  /** Set when the list asks to start over. */
  continueAsNew: { input: unknown } | undefined;
  /** Events that came after `continueAsNew` was asked for: the next execution gets them. Earlier ones are lost. */
  readonly carriedOver: HistoryEvent[] = [];
  private nextId = 0;
  private cursor = 0;
  private current: Pending | undefined;
  private now = 0;
  private readonly recorded = new Set<number>();
  private readonly open = new Map<number, { onSettled: (event: HistoryEvent) => void; holdsUp: boolean }>();
  private readonly waiting = new Map<string, { done: boolean }[]>();
  private readonly early = new Map<string, number>();
  private readonly answers = new Map<number, { done: boolean }>();

  constructor(private readonly actions: Action[]) {}

  /** What is not in the history yet: to be done now. */
  get fresh(): Scheduled[] {
    return [...this.scheduled.values()].filter((item) => !this.recorded.has(item.id));
  }

  /** Activities, sub-orchestrations and timers under way: until they end the instance does not, whatever was returned. */
  get isHeldUp(): boolean {
    return [...this.open.values()].some((task) => task.holdsUp);
  }

  /** Takes the next event of the history. @throws OrchestrationFault when the actions contradict it */
  feed(event: HistoryEvent): void {
    switch (event.EventType) {
      case EventType.OrchestratorStarted:
        this.now = Math.max(this.now, Date.parse(event.Timestamp));
        return;
      case EventType.TaskScheduled: {
        this.check(event, 'activity', event.Name);
        return;
      }
      case EventType.SubOrchestrationInstanceCreated: {
        this.check(event, 'subOrchestration', event.Name);
        return;
      }
      case EventType.TimerCreated: {
        this.check(event, 'timer');
        return;
      }
      case EventType.EventSent: {
        this.check(event, 'entity');
        return;
      }
      case EventType.TaskCompleted:
      case EventType.TaskFailed:
      case EventType.SubOrchestrationInstanceCompleted:
      case EventType.SubOrchestrationInstanceFailed:
        this.settle(event.TaskScheduledId, event);
        break;
      case EventType.TimerFired:
        this.settle(event.TimerId, event);
        break;
      case EventType.EventRaised:
        if (this.continueAsNew) this.carriedOver.push(event);
        else this.raise(event.Name ?? '');
        break;
    }
    this.advance();
  }

  private advance(): void {
    while (this.current?.done ?? true) {
      const next = this.actions[this.cursor++];
      if (!next) return;
      this.current = this.schedule(next);
    }
  }

  private schedule(action: Action): Pending {
    switch (action.actionType) {
      case ActionType.CallActivity:
      case ActionType.CallActivityWithRetry:
      case ActionType.CallSubOrchestrator:
      case ActionType.CallSubOrchestratorWithRetry:
        return this.call(action);
      case ActionType.CreateTimer:
        return this.timer(Date.parse(action.fireAt ?? ''), action.isCanceled === true);
      case ActionType.WaitForExternalEvent:
        return this.waitFor(action.externalEventName ?? '');
      case ActionType.CallEntity:
      case ActionType.SignalEntity:
        return this.message(action, action.actionType === ActionType.SignalEntity);
      case ActionType.WhenAll:
        return allOf((action.compoundActions ?? []).map((child) => this.schedule(child)));
      case ActionType.WhenAny:
        return anyOf((action.compoundActions ?? []).map((child) => this.schedule(child)));
      case ActionType.ContinueAsNew:
        this.continueAsNew = { input: action.input };
        return { done: true };
      default:
        throw new OrchestrationFault(
          `The orchestrator asked for action type ${action.actionType} (such as callHttp or locks), which this host does not support.`,
        );
    }
  }

  private call(action: Action): Pending {
    const pending = { done: false };
    const { retryOptions } = action;
    if (retryOptions?.retryTimeoutInMilliseconds !== undefined)
      throw new OrchestrationFault(
        'retryTimeoutInMilliseconds is not supported: in Azure it can end or hang an orchestration without its catch.',
      );
    let attempts = 0;
    const attempt = (): void => {
      attempts++;
      this.begin(this.callItem(action), (event) => {
        const failed =
          event.EventType === EventType.TaskFailed || event.EventType === EventType.SubOrchestrationInstanceFailed;
        if (!failed || !retryOptions) return void (pending.done = true);
        // also after the last attempt: the library waits for this timer before it reports the failure
        const delay = retryDelayMs(retryOptions, attempts - 1);
        this.begin({ kind: 'timer', id: this.nextId++, fireAt: this.now + delay }, () => {
          if (attempts < retryOptions.maxNumberOfAttempts) attempt();
          else pending.done = true;
        });
      });
    };
    attempt();
    return pending;
  }

  private callItem(action: Action): Scheduled {
    const { functionName: name = '', input, instanceId, version } = action;
    const id = this.nextId++;
    const isActivity = action.actionType <= ActionType.CallActivityWithRetry;
    if (isActivity) return { kind: 'activity', id, name, input: activityInput(input) };
    return { kind: 'subOrchestration', id, name, input: JSON.stringify(input ?? null), instanceId, version };
  }

  private timer(fireAt: number, isCanceled: boolean): Pending {
    const pending = { done: isCanceled };
    const isLong = fireAt - this.now > maximumShortTimerMs; // such a one goes in pieces, as in the library
    const piece = (): void => {
      const until = fireAt - this.now > maximumShortTimerMs ? this.now + longTimerPieceMs : fireAt;
      const onFired = (): void => {
        if (isLong && this.now < fireAt) piece();
        else pending.done = true;
      };
      this.begin({ kind: 'timer', id: this.nextId++, fireAt: until }, onFired, !isCanceled);
    };
    piece();
    return pending;
  }

  private message(action: Action, isSignal: boolean): Pending {
    const { instanceId: target = '', operation = '', input } = action;
    const text = input === undefined ? undefined : JSON.stringify(input);
    const id = this.nextId++;
    this.scheduled.set(id, { kind: 'entity', id, target, operation, input: text, isSignal });
    if (isSignal) return { done: true };
    const pending = { done: false };
    this.answers.set(id, pending); // its answer comes as an event named as the guid that EventSent carries
    return pending;
  }

  private waitFor(name: string): Pending {
    const key = name.toLowerCase(); // the library compares with case, the extension without
    const early = this.early.get(key) ?? 0;
    const pending = { done: early > 0 };
    if (early > 0) this.early.set(key, early - 1);
    else this.waiting.set(key, [...(this.waiting.get(key) ?? []), pending]);
    return pending;
  }

  private raise(name: string): void {
    const key = name.toLowerCase();
    const last = this.waiting.get(key)?.pop(); // of several waiters the last one gets it
    if (last) last.done = true;
    else this.early.set(key, (this.early.get(key) ?? 0) + 1);
  }

  private begin(item: Scheduled, onSettled: (event: HistoryEvent) => void, holdsUp = true): void {
    this.scheduled.set(item.id, item);
    this.open.set(item.id, { onSettled, holdsUp });
  }

  private settle(id: number | undefined, event: HistoryEvent): void {
    const task = this.open.get(id ?? -1);
    this.open.delete(id ?? -1);
    task?.onSettled(event);
  }

  private check(event: HistoryEvent, kind: Scheduled['kind'], name?: string): void {
    const item = this.scheduled.get(event.EventId);
    const itemName = item && 'name' in item ? item.name : undefined;
    if (item?.kind !== kind || itemName?.toLowerCase() !== name?.toLowerCase())
      throw new NonDeterministic(event, kind, item);
    this.recorded.add(event.EventId);
    const answer = this.answers.get(event.EventId);
    if (answer) this.waiting.set((JSON.parse(event.Input ?? '{}') as { id: string }).id.toLowerCase(), [answer]);
  }
}

function retryDelayMs(options: RetryOptions, attempt: number): number {
  const delay = options.firstRetryIntervalInMilliseconds * (options.backoffCoefficient ?? 1) ** attempt;
  return Math.min(delay, options.maxRetryIntervalInMilliseconds ?? Infinity);
}

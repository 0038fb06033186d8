import { EventType, type HistoryEvent } from './history';
import type { Instance } from './instances';

export interface StatusOptions {
  showInput: boolean;
  showHistory: boolean;
  showHistoryOutput: boolean;
}

const names = new Map<number, string>(Object.entries(EventType).map(([name, value]) => [value, name]));
// what the real host folds into the event that ends it, or leaves out
const hidden = new Set<number>([
  EventType.OrchestratorStarted,
  EventType.OrchestratorCompleted,
  EventType.TaskScheduled,
  EventType.TimerCreated,
  EventType.SubOrchestrationInstanceCreated,
]);

const parsed = (text: string | null | undefined): unknown => (text == null ? null : (JSON.parse(text) as unknown));

/** The public status of an instance; `input` and `output` are null, never absent: the client throws without them. */
export function statusOf(instance: Instance, history: string[], options: StatusOptions): object {
  return {
    name: instance.name,
    instanceId: instance.id,
    runtimeStatus: instance.status,
    input: options.showInput ? parsed(instance.input) : null,
    customStatus: parsed(instance.customStatus),
    output: parsed(instance.output),
    createdTime: new Date(instance.createdAt).toISOString(),
    lastUpdatedTime: new Date(instance.updatedAt).toISOString(),
    ...(options.showHistory && { historyEvents: publicHistory(history, options.showHistoryOutput) }),
  };
}

function publicHistory(history: string[], showOutput: boolean): object[] {
  const events = history.map((text) => JSON.parse(text) as HistoryEvent);
  const scheduled = new Map(events.filter((event) => event.EventId >= 0).map((event) => [event.EventId, event]));
  return events
    .filter((event) => !hidden.has(event.EventType))
    .map(({ EventType: type, Timestamp, Name, TaskScheduledId, FireAt, Reason, Result }) => {
      const start = TaskScheduledId === undefined ? undefined : scheduled.get(TaskScheduledId);
      return {
        EventType: names.get(type),
        Timestamp,
        FireAt,
        Reason,
        FunctionName: start?.Name ?? Name,
        ScheduledTime: start?.Timestamp,
        ...(showOutput && Result !== undefined && { Result: parsed(Result) }),
      };
    });
}

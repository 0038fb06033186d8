/** One event of an orchestration's history (numbered as durable-functions reads them). Results and inputs are JSON text. */
export interface HistoryEvent {
  EventType: number;
  EventId: number;
  IsPlayed: boolean;
  Timestamp: Date;
  Name?: string;
  Input?: string;
  Result?: string;
  Reason?: string;
  Details?: string;
  TaskScheduledId?: number;
  TimerId?: number;
  FireAt?: Date;
  InstanceId?: string;
}

export const eventTypes = {
  ExecutionStarted: 0,
  TaskScheduled: 4,
  TaskCompleted: 5,
  TaskFailed: 6,
  SubOrchestrationInstanceCreated: 7,
  SubOrchestrationInstanceCompleted: 8,
  SubOrchestrationInstanceFailed: 9,
  TimerCreated: 10,
  TimerFired: 11,
  OrchestratorStarted: 12,
  OrchestratorCompleted: 13,
  EventSent: 14,
  EventRaised: 15,
} as const;

export const historyEvent = (
  type: keyof typeof eventTypes,
  now: number,
  rest: Partial<HistoryEvent> = {},
): HistoryEvent => ({
  EventType: eventTypes[type],
  EventId: -1,
  IsPlayed: false,
  Timestamp: new Date(now),
  ...rest,
});

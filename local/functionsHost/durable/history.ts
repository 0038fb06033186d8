import type { Statement, Store } from '../store.js';

/** Kinds of history events, numbered as durable-functions reads them. */
export const EventType = {
  ExecutionStarted: 0,
  ExecutionCompleted: 1,
  ExecutionFailed: 2,
  ExecutionTerminated: 3,
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

/** One history event; `Input` and `Result` are JSON text, as on the wire. */
export interface HistoryEvent {
  EventType: number;
  EventId: number;
  Timestamp: string;
  Name?: string;
  Version?: string | null;
  Input?: string;
  Result?: string;
  Reason?: string;
  Details?: string;
  TaskScheduledId?: number;
  TimerId?: number;
  FireAt?: string;
  InstanceId?: string;
}

/** An event with the time of now; `EventId` is -1 for what the host did not number. */
export const historyEvent = (
  type: keyof typeof EventType,
  rest: Partial<HistoryEvent> = {},
  now = new Date(),
): HistoryEvent => ({ EventType: EventType[type], EventId: -1, Timestamp: now.toISOString(), ...rest });

/** A message to an instance that no step has taken up yet. */
export interface InboxEntry {
  seq: number;
  event: string;
}

/** What each instance lived through (history) and what waits for its next step (inbox). */
export class HistoryStore {
  private readonly statements: Record<
    'append' | 'post' | 'clear' | 'taken' | 'clearInbox' | 'clearBound',
    Statement<never>
  >;
  private readonly readAll: Statement<{ event: string }>;
  private readonly waiting: Statement<InboxEntry>;

  constructor(store: Store) {
    store.define(`
      CREATE TABLE IF NOT EXISTS history (instance TEXT, seq INTEGER, event TEXT, PRIMARY KEY (instance, seq)) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS inbox (seq INTEGER PRIMARY KEY AUTOINCREMENT, instance TEXT, execution TEXT, event TEXT);
      CREATE INDEX IF NOT EXISTS inbox_by_instance ON inbox (instance, seq);`);
    this.statements = {
      append: store.prepare('INSERT INTO history VALUES (?, ?, ?)'),
      post: store.prepare('INSERT INTO inbox (instance, execution, event) VALUES (?, ?, ?)'),
      clear: store.prepare('DELETE FROM history WHERE instance = ?'),
      taken: store.prepare('DELETE FROM inbox WHERE instance = ? AND seq <= ?'),
      clearInbox: store.prepare('DELETE FROM inbox WHERE instance = ?'),
      clearBound: store.prepare('DELETE FROM inbox WHERE instance = ? AND execution IS NOT NULL'),
    };
    this.readAll = store.prepare('SELECT event FROM history WHERE instance = ? ORDER BY seq');
    this.waiting = store.prepare('SELECT seq, event FROM inbox WHERE instance = ? ORDER BY seq');
  }

  /** The events as JSON text, oldest first. */
  read(instance: string): string[] {
    return this.readAll.all(instance).map((row) => row.event);
  }

  append(instance: string, position: number, events: string[]): void {
    events.forEach((event, index) => this.statements.append.run(instance, position + index, event));
  }

  /** Leaves a message; one bound to an execution is void once the instance runs anew. */
  post(instance: string, execution: string | null, event: HistoryEvent): void {
    this.statements.post.run(instance, execution, JSON.stringify(event));
  }

  inbox(instance: string): InboxEntry[] {
    return this.waiting.all(instance);
  }

  /** Forgets the messages up to `seq`: a step has taken them up. */
  taken(instance: string, seq: number): void {
    this.statements.taken.run(instance, seq);
  }

  /** A new execution begins: its past is gone, events from outside that wait are kept (continueAsNew). */
  restart(instance: string): void {
    this.statements.clear.run(instance);
    this.statements.clearBound.run(instance);
  }

  remove(instance: string): void {
    this.statements.clear.run(instance);
    this.statements.clearInbox.run(instance);
  }
}

import type { Store } from '../store';

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
  constructor(private readonly store: Store) {
    store.define(`
      CREATE TABLE IF NOT EXISTS history (instance TEXT, seq INTEGER, event TEXT, PRIMARY KEY (instance, seq)) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS inbox (seq INTEGER PRIMARY KEY AUTOINCREMENT, instance TEXT, execution TEXT, event TEXT);
      CREATE INDEX IF NOT EXISTS inbox_by_instance ON inbox (instance, seq);`);
  }

  /** The events as JSON text, oldest first. */
  read(instance: string): string[] {
    const rows = this.store.all<InboxEntry>('SELECT event FROM history WHERE instance = ? ORDER BY seq', instance);
    return rows.map((row) => row.event);
  }

  append(instance: string, position: number, events: string[]): void {
    events.forEach((event, index) =>
      this.store.run('INSERT INTO history VALUES (?, ?, ?)', instance, position + index, event),
    );
  }

  /** Leaves a message; one bound to an execution is void once the instance runs anew. */
  post(instance: string, execution: string | null, event: HistoryEvent): void {
    this.store.run(
      'INSERT INTO inbox (instance, execution, event) VALUES (?, ?, ?)',
      instance,
      execution,
      JSON.stringify(event),
    );
  }

  inbox(instance: string): InboxEntry[] {
    return this.store.all<InboxEntry>('SELECT seq, event FROM inbox WHERE instance = ? ORDER BY seq', instance);
  }

  /** Forgets the messages up to `seq`: a step has taken them up. */
  taken(instance: string, seq: number): void {
    this.store.run('DELETE FROM inbox WHERE instance = ? AND seq <= ?', instance, seq);
  }

  /** A new execution begins: its past is gone. It gets the events carried over, then those from outside that wait. */
  restart(instance: string, carriedOver: HistoryEvent[]): void {
    const waiting = this.store.all<InboxEntry>(
      'SELECT seq, event FROM inbox WHERE instance = ? AND execution IS NULL ORDER BY seq',
      instance,
    );
    this.remove(instance);
    const events = [...carriedOver, ...waiting.map(({ event }) => JSON.parse(event) as HistoryEvent)];
    for (const event of events) this.post(instance, null, event);
  }

  remove(instance: string): void {
    this.store.run('DELETE FROM history WHERE instance = ?', instance);
    this.taken(instance, Number.MAX_SAFE_INTEGER);
  }

  clear(): void {
    this.store.run('DELETE FROM history');
    this.store.run('DELETE FROM inbox');
  }
}

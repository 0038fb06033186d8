import type { FunctionCatalog } from '../functions';
import type { Store } from '../store';
import { FunctionError, type Worker, WorkerExited } from '../worker';
import { resultText } from './activities';
import { historyEvent } from './history';
import type { Mail } from './mail';
import { trace } from './trace';

/** One operation asked of an entity; `input` is JSON text. A call has an id and a caller, a signal neither. */
export interface EntityRequest {
  name: string;
  input?: string;
  isSignal: boolean;
  id?: string;
  caller?: { instance: string; execution: string };
}

/** What the library answers for a batch. */
interface BatchResult {
  entityExists: boolean;
  entityState?: string;
  results: { isError: boolean; result?: string }[];
  signals: { target: { name: string; key: string }; name: string; input?: string }[];
}

/** `@name@key`, the name without case. */
export const entityId = (name: string, key: string): string => `@${name.toLowerCase()}@${key}`;

/** Entities: one batch at a time each; state, answers and signals of a batch become durable together. */
export class Entities {
  private readonly busy = new Set<string>();
  /** Purged while a batch ran: what that says is void, and it runs again on what is there now. */
  private readonly purged = new Set<string>();
  private stopped = true;

  constructor(
    private readonly store: Store,
    private readonly mail: Mail,
    private readonly worker: Worker,
    private readonly catalog: () => FunctionCatalog,
  ) {
    store.define(`
      CREATE TABLE IF NOT EXISTS entities (id TEXT PRIMARY KEY, state TEXT) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS entityInbox (seq INTEGER PRIMARY KEY AUTOINCREMENT, entity TEXT, request TEXT);
      CREATE INDEX IF NOT EXISTS entityInbox_by_entity ON entityInbox (entity, seq);`);
  }

  start(): void {
    this.stopped = false;
    for (const { entity } of this.store.all<{ entity: string }>('SELECT DISTINCT entity FROM entityInbox'))
      void this.run(entity);
  }

  stop(): void {
    this.stopped = true;
  }

  /** The state as JSON text, undefined where the entity does not exist. */
  state(id: string): string | undefined {
    return this.store.get<{ state: string }>('SELECT state FROM entities WHERE id = ?', id)?.state;
  }

  request(id: string, request: EntityRequest): void {
    this.store.run('INSERT INTO entityInbox (entity, request) VALUES (?, ?)', id, JSON.stringify(request));
    this.store.onCommit(() => void this.run(id));
  }

  /** Removes the state, not the operations that wait. @returns whether there was one */
  purge(id: string): boolean {
    const normalized = id.replace(/^@[^@]*/, (name) => name.toLowerCase());
    this.purged.add(normalized);
    return this.store.run('DELETE FROM entities WHERE id = ?', normalized) > 0;
  }

  clear(): void {
    for (const id of this.busy) this.purged.add(id);
    this.store.run('DELETE FROM entities');
    this.store.run('DELETE FROM entityInbox');
  }

  private async run(id: string): Promise<void> {
    if (this.stopped || this.busy.has(id)) return;
    this.busy.add(id);
    for (let rows = this.queued(id); rows.length > 0 && !this.isStopped(); rows = this.queued(id)) {
      const requests = rows.map((row) => JSON.parse(row.request) as EntityRequest);
      this.purged.delete(id);
      const result = await this.batch(id, requests);
      if (!this.isStopped() && !this.purged.has(id)) this.commit(id, rows.at(-1)?.seq ?? 0, requests, result);
    }
    this.busy.delete(id);
  }

  private queued(id: string): { seq: number; request: string }[] {
    return this.store.all('SELECT seq, request FROM entityInbox WHERE entity = ? ORDER BY seq', id);
  }

  private isStopped(): boolean {
    return this.stopped;
  }

  private async batch(id: string, requests: EntityRequest[]): Promise<BatchResult> {
    const state = this.state(id);
    const separator = id.indexOf('@', 1);
    const self = { name: id.slice(1, separator), key: id.slice(separator + 1) };
    const batch = requests.map(({ name, input, isSignal, id: requestId }) => ({
      name,
      input,
      isSignal,
      id: requestId,
    }));
    const data = { self, exists: state !== undefined, state, batch };
    try {
      const target = this.catalog().find('entityTrigger', self.name);
      if (!target) throw new FunctionError(`The function '${self.name}' does not exist or is not an entity.`, '');
      await this.worker.ready();
      trace(target.name, 'Entity', id, 'started');
      const value = await this.worker.invoke(this.catalog().invocation(target, { string: JSON.stringify(data) }));
      trace(target.name, 'Entity', id, `completed. Operations: ${batch.length}`);
      return JSON.parse(resultText(value)) as BatchResult;
    } catch (error) {
      if (error instanceof WorkerExited && !this.stopped) return this.batch(id, requests);
      const result = JSON.stringify((error as Error).message);
      const results = requests.map(() => ({ isError: true, result }));
      return { entityExists: state !== undefined, entityState: state, results, signals: [] };
    }
  }

  private commit(id: string, lastSeq: number, requests: EntityRequest[], answer: BatchResult): void {
    this.store.transaction(() => {
      this.store.run('DELETE FROM entityInbox WHERE entity = ? AND seq <= ?', id, lastSeq);
      if (answer.entityExists)
        this.store.run('INSERT OR REPLACE INTO entities VALUES (?, ?)', id, answer.entityState ?? 'null');
      else this.store.run('DELETE FROM entities WHERE id = ?', id);
      requests.forEach((request, index) => {
        if (!request.caller) return;
        const { isError, result } = answer.results[index] ?? { isError: false };
        const Input = JSON.stringify({ result, ...(isError && { exceptionType: 'System.Exception' }) });
        const event = historyEvent('EventRaised', { Name: request.id, Input });
        this.mail.toInstance(request.caller.instance, request.caller.execution, event);
      });
      for (const { target, name, input } of answer.signals)
        this.request(entityId(target.name, target.key), { name, input, isSignal: true });
    });
  }
}

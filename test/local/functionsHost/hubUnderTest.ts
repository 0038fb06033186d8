import { FunctionCatalog } from '../../../local/functionsHost/functions';
import { TaskHub } from '../../../local/functionsHost/durable/hub';
import type { Invocation, TypedData } from '../../../local/functionsHost/protocol';
import { useLogLevels } from '../../../local/functionsHost/log';
import { Store } from '../../../local/functionsHost/store';
import { Worker } from '../../../local/functionsHost/worker';

useLogLevels({ default: 'None' });

/** A worker without a process: its one orchestrator ends at its first step; what it was called with is kept. */
class EndingWorker extends Worker {
  readonly invocations: Invocation[] = [];

  override ready(): Promise<void> {
    return Promise.resolve();
  }

  override invoke(invocation: Invocation): Promise<TypedData | null> {
    this.invocations.push(invocation);
    return Promise.resolve({ json: JSON.stringify({ isDone: true, actions: [], output: 'done' }) });
  }
}

const settings = {
  port: 0,
  appDir: '',
  dataDir: '',
  auth: false,
  activityDelayMs: 0,
  runActivitiesTwice: false,
  bodyLimitBytes: 0,
  inspectPort: undefined,
  routePrefix: '',
  hubName: 'Hub',
  defaultVersion: null,
  maxConcurrentActivities: 1,
  blobParallelism: 1,
  poisonBlobThreshold: 1,
};

/** The task hub alone, in this process and in memory: what two callers do in one instant can be done in one tick. */
export class HubUnderTest {
  private readonly store = new Store(':memory:');
  private readonly worker = new EndingWorker('', {});
  private readonly catalog = new FunctionCatalog(
    [{ name: 'once', bindings: { context: { type: 'orchestrationTrigger', direction: 'in' } } }],
    '',
  );
  readonly hub = new TaskHub(this.store, this.worker, () => this.catalog, settings);

  /** @returns what startNew answers */
  begin(id: string, input: string): Promise<{ id: string } | { inTheWay: string }> {
    return this.hub.startNew('once', id, JSON.stringify(input), null);
  }

  /** The inputs of that instance's runs, in order. */
  runsOf(id: string): unknown[] {
    return this.worker.invocations
      .map(({ inputData }) => JSON.parse(inputData[0]?.data.string ?? '') as { instanceId: string; input: unknown })
      .filter(({ instanceId }) => instanceId === id)
      .map(({ input }) => input);
  }

  async close(): Promise<void> {
    await this.hub.stop();
    this.store.close();
  }
}

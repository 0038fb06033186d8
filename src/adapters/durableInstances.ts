import type { DurableClient } from 'durable-functions';
import type { Instances, InstanceStatus } from '../core/ports';

/** getStatus throws for an unknown id and says so in words only (durable-functions 3.5.0, DurableClient.getStatus). */
const isUnknownInstance = (cause: unknown): boolean => cause instanceof Error && cause.message.includes('HTTP 404');

/** Orchestrations through the durable client of one invocation. */
export function durableInstances(client: DurableClient): Instances {
  async function status(id: string): Promise<InstanceStatus | undefined> {
    try {
      const found = await client.getStatus(id);
      return { runtimeStatus: found.runtimeStatus, customStatus: found.customStatus };
    } catch (cause) {
      if (isUnknownInstance(cause)) return undefined;
      throw cause;
    }
  }
  return {
    status,
    /** Fine where it is running already: the record's claim lets only one execution work. */
    async start(orchestrator, id, input) {
      try {
        await client.startNew(orchestrator, { instanceId: id, input });
      } catch (cause) {
        if ((await status(id)) === undefined) throw cause;
      }
    },
    /** Fine where the instance is finished or unknown: there is nobody to hear it. */
    async raise(id, event, data) {
      try {
        await client.raiseEvent(id, event, data ?? {}); // an event without content is refused by some hosts
      } catch (cause) {
        if ((await status(id)) !== undefined) throw cause;
      }
    },
    async purge(id) {
      await client.purgeInstanceHistory(id);
    },
  };
}

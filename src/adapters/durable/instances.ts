import { EntityId } from 'durable-functions';
import type { DurableClient, DurableOrchestrationStatus } from 'durable-functions';
import type { Instances, InstanceStatus } from '../../core/job/ports';

/** getStatus throws for an unknown id and says so in words only (durable-functions 3.5.0, DurableClient.getStatus). */
const isUnknownInstance = (cause: unknown): boolean => cause instanceof Error && cause.message.includes('HTTP 404');

/**
 * So long after its last operation an entity's messages can come no more in another order, or twice: the platform keeps what
 * it knows of them for half an hour (entityMessageReorderWindowInMinutes).
 */
const reorderedMs = 40 * 60_000;

/** Orchestrations and entities through the durable client of one invocation. */
export function durableInstances(client: DurableClient): Instances {
  async function find(id: string): Promise<DurableOrchestrationStatus | undefined> {
    try {
      return await client.getStatus(id);
    } catch (cause) {
      if (isUnknownInstance(cause)) return undefined;
      throw cause;
    }
  }
  async function status(id: string): Promise<InstanceStatus | undefined> {
    const found = await find(id);
    if (!found) return undefined;
    const { runtimeStatus, customStatus, createdTime } = found;
    return { runtimeStatus, customStatus, createdAt: createdTime.getTime() };
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
    async terminate(id) {
      try {
        await client.terminate(id, 'It did not go on: its job is resumed from its record.');
      } catch (cause) {
        const found = await status(id);
        if (found && !['Completed', 'Failed', 'Terminated', 'Canceled'].includes(found.runtimeStatus)) throw cause;
      }
    },
    async purge(id) {
      await client.purgeInstanceHistory(id);
    },
    async signalEntity(name, key, operation, input) {
      await client.signalEntity(new EntityId(name, key), operation, input);
    },
    /**
     * An entity that destructs itself leaves an empty orchestration that never ends: its row and a short history. That is
     * purged as the platform's own CleanEntityStorageAsync does (not to be had from JavaScript): when it has no state, and long
     * after its last message. A request at that very instant is delivered again, to a new entity.
     */
    async sweepEntity(name, key, now) {
      const entity = new EntityId(name, key);
      const { entityExists } = await client.readEntityState(entity);
      const instanceId = `@${name.toLowerCase()}@${key}`;
      const row = await find(instanceId); // the local host has none
      const isQuiet = row !== undefined && now - row.lastUpdatedTime.getTime() > reorderedMs;
      if (entityExists) {
        await client.signalEntity(entity, 'sweep', { now });
        return isQuiet ? 'later' : 'done'; // one that is used has younger uploads, whose purge leads here again
      }
      if (isQuiet) await client.purgeInstanceHistory(instanceId);
      return row === undefined || isQuiet ? 'done' : 'later';
    },
  };
}

import * as df from 'durable-functions';
import type { InvocationContext, Timer } from '@azure/functions';
import type { Instances, InstanceStatus } from '../core/ports';
import type { UploadRecord } from '../core/uploadRecord';
import { dependencies, Dependencies } from '../dependencies';
import { AttachFileInput, orchestratorNames } from '../orchestrators/activityContract';

/** An upload that was heard of so lately is left to whoever works on it. */
export const youngMs = 45_000;

/**
 * Compares the active records with Durable: what was accepted and never started is started; what the platform failed,
 * terminated or lost is cleaned up by a recovery and ends as `Internal`. Running ones are left alone.
 */
export async function watchUploads(deps: Dependencies, instances: Instances): Promise<void> {
  for (const record of await deps.records.listActive()) {
    if (deps.clock() - record.updatedAt < youngMs || awaitsItsTurn(record)) continue;
    if (isAlive(await instances.status(record.id))) continue;
    const now = await deps.records.get(record.id); // it may have ended while we looked
    if (now?.value.end === undefined && now?.value.updatedAt === record.updatedAt) await restart(now.value, instances);
  }
}

async function restart({ id, claimedBy }: UploadRecord, instances: Instances): Promise<void> {
  const input: AttachFileInput = { id };
  if (claimedBy === undefined) return instances.start(orchestratorNames.attachFile, id, input);
  const recoveryId = `${id}-recovery`;
  if (!isAlive(await instances.status(recoveryId)))
    await instances.start(orchestratorNames.recoverUpload, recoveryId, input);
}

/** The delivery starts it when the ones before it are done; watchDeliveries cares for the delivery. */
const awaitsItsTurn = ({ request, claimedBy }: UploadRecord): boolean =>
  request.delivery !== undefined && claimedBy === undefined;

export const isAlive = (status: InstanceStatus | undefined): boolean =>
  status !== undefined && ['Pending', 'Running', 'Suspended', 'ContinuedAsNew'].includes(status.runtimeStatus);

df.app.client.timer('watchUploads', {
  schedule: '0 * * * * *',
  handler: async (_timer: Timer, client: df.DurableClient, context: InvocationContext) => {
    const deps = dependencies();
    if (deps.problems.length > 0) return;
    try {
      await watchUploads(deps, deps.instances(client));
    } catch (cause) {
      context.error('watchUploads will try again in a minute', cause instanceof Error ? cause.name : 'unknown');
    }
  },
});

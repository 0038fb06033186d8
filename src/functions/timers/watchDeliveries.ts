import * as df from 'durable-functions';
import type { InvocationContext, Timer } from '@azure/functions';
import type { DeliveryRecord } from '../../core/delivery/record';
import type { Instances } from '../../core/job/ports';
import { dependencies, Dependencies } from '../../dependencies';
import { DeliverInput, orchestratorNames } from '../../orchestrators/contract';
import { isAlive } from '../../app/jobs/alive';
import { repeatCancel, youngMs } from './watchUploads';

/** What an insert left that died on its way is older than any insert can last. */
const unfinishedMs = 60 * 60_000;

/**
 * Compares the active deliveries with Durable, as watchUploads does with uploads: what was never started is started; what
 * the platform lost is cleaned up by a recovery, which looks for what was sent and never sends; a cancel that was not heard
 * is told again, unless the send began before it.
 */
export async function watchDeliveries(
  deps: Pick<Dependencies, 'deliveries' | 'clock'>,
  instances: Instances,
): Promise<void> {
  for (const record of await deps.deliveries.listActive()) {
    if (deps.clock() - record.updatedAt < youngMs) continue;
    const status = await instances.status(record.id);
    if (isAlive(status)) {
      if (!record.sending) await repeatCancel(record, status, deps.clock(), instances);
      continue;
    }
    const now = await deps.deliveries.get(record.id); // it may have ended while we looked
    if (now && !now.value.end && now.value.updatedAt === record.updatedAt) await restart(now.value, instances);
  }
  await deps.deliveries.repair(deps.clock() - unfinishedMs);
}

async function restart({ id, claimedBy }: DeliveryRecord, instances: Instances): Promise<void> {
  const input: DeliverInput = { id };
  if (claimedBy === undefined) return instances.start(orchestratorNames.deliver, id, input);
  const recoveryId = `${id}-recovery`;
  if (!isAlive(await instances.status(recoveryId)))
    await instances.start(orchestratorNames.recoverDelivery, recoveryId, input);
}

df.app.client.timer('watchDeliveries', {
  schedule: '30 * * * * *',
  handler: async (_timer: Timer, client: df.DurableClient, context: InvocationContext) => {
    const deps = dependencies();
    if (deps.problems.length > 0) return;
    try {
      await watchDeliveries(deps, deps.instances(client));
    } catch (cause) {
      context.error('watchDeliveries will try again in a minute', cause instanceof Error ? cause.name : 'unknown');
    }
  },
});

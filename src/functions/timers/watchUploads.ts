import * as df from 'durable-functions';
import type { InvocationContext, Timer } from '@azure/functions';
import type { Instances, InstanceStatus } from '../../core/job/ports';
import type { UploadRecord } from '../../core/upload/record';
import { parseLiveStatus } from '../../core/upload/resource';
import { isAlive } from '../../app/jobs/alive';
import { dependencies, Dependencies } from '../../dependencies';
import { AttachFileInput, eventNames, orchestratorNames } from '../../orchestrators/contract';

/** An upload that was heard of so lately is left to whoever works on it. */
export const youngMs = 45_000;

/**
 * Compares the active records with Durable: what was accepted and never started is started; what the platform failed,
 * terminated or lost is cleaned up by a recovery and ends as `Internal`. Running ones are left alone, but for a cancel that
 * they have not heard of.
 */
export async function watchUploads(deps: Dependencies, instances: Instances): Promise<void> {
  for (const record of await deps.records.listActive()) {
    const isYoung = deps.clock() - record.updatedAt < youngMs;
    if (awaitsItsTurn(record) || (isYoung && !isLateCancel(record, deps.clock()))) continue;
    const status = await instances.status(record.id);
    if (isAlive(status)) await repeatCancel(record, status, deps.clock(), instances);
    if (isYoung || isAlive(status)) continue;
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

interface MayBeCancelled {
  readonly id: string;
  readonly cancelRequestedAt?: number;
}

const isLateCancel = ({ cancelRequestedAt }: MayBeCancelled, now: number): boolean =>
  cancelRequestedAt !== undefined && now - cancelRequestedAt >= youngMs;

/**
 * The cancel is marked on the record before its event is raised: a process that died in between left an orchestration that
 * works on. Heard twice it is one cancel.
 */
export async function repeatCancel(
  record: MayBeCancelled,
  status: InstanceStatus | undefined,
  now: number,
  instances: Instances,
): Promise<void> {
  const hasHeard = parseLiveStatus(status?.customStatus)?.status === 'cancelling';
  if (isLateCancel(record, now) && !hasHeard) await instances.raise(record.id, eventNames.cancelRequested, null);
}

/** The delivery starts it when the ones before it are done; watchDeliveries cares for the delivery. */
const awaitsItsTurn = ({ request, claimedBy }: UploadRecord): boolean =>
  request.delivery !== undefined && claimedBy === undefined;

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

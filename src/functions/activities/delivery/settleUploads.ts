import * as df from 'durable-functions';
import type { InvocationContext } from '@azure/functions';
import type { DeliveryOutcome, UploadOver } from '../../../core/delivery/machine/deliveryOutcome';
import type { DeliveryRecord } from '../../../core/delivery/record';
import type { Instances } from '../../../core/job/ports';
import type { UploadRecord } from '../../../core/upload/record';
import { dependencies, Dependencies } from '../../../dependencies';
import { DeliveryStepInput, eventNames } from '../../../orchestrators/contract';
import { updateOurs } from '../../../app/deliveries/updateOurs';
import { DeliveryCall, runDeliveryStep } from './step';
import { updateRecord } from '../../../app/jobs/records';
import { uploadGone, uploadOver } from '../../../app/deliveries/endedUploads';

type SettleDependencies = Pick<Dependencies, 'records' | 'clock'>;

/**
 * On the way back: from here on nothing is sent, by nobody. Then it ends the uploads that were never begun, cancels those
 * under way, and tells when none is left.
 */
export async function settleUploads(
  { record, execution }: Pick<DeliveryCall<'settleUploads'>, 'record' | 'execution'>,
  deps: SettleDependencies & Pick<Dependencies, 'deliveries'>,
  instances: Instances,
): Promise<DeliveryOutcome> {
  const { stored } = await updateOurs(deps, record.id, execution, (now) =>
    now.sending || now.closed ? undefined : { ...now, closed: true },
  );
  if (stored?.sending) return { kind: 'sendBegan' };
  const uploads = await cancelUploads(record, deps, instances);
  return uploads.every((upload) => upload !== undefined) ? { kind: 'uploadsOver', uploads } : { kind: 'uploadActive' };
}

/** The end of each upload, undefined where one is still under way. */
export const cancelUploads = (
  { request }: DeliveryRecord,
  deps: SettleDependencies,
  instances: Instances,
): Promise<(UploadOver | undefined)[]> => Promise.all(request.uploads.map((id) => cancelOne(id, deps, instances)));

async function cancelOne(
  id: string,
  { records, clock }: SettleDependencies,
  instances: Instances,
): Promise<UploadOver | undefined> {
  const stored = await updateRecord(records, id, (record) => cancelled(record, clock()));
  if (!stored) return uploadGone(id);
  if (!stored.end) await instances.raise(id, eventNames.cancelRequested, null);
  return uploadOver(stored);
}

/** Whoever claims it later finds it ended. */
function cancelled(record: UploadRecord, now: number): UploadRecord | undefined {
  if (record.end) return undefined;
  if (record.claimedBy !== undefined)
    return record.cancelRequestedAt === undefined ? { ...record, cancelRequestedAt: now, updatedAt: now } : undefined;
  const timeline = [{ at: now, event: 'cancelRequested' as const }];
  const end = { status: 'cancelled' as const, warnings: record.request.warnings, timeline, bytesSent: 0, endedAt: now };
  return { ...record, state: end.status, end, updatedAt: now };
}

df.app.activity('settleUploads', {
  extraInputs: [df.input.durableClient()],
  handler: (input: DeliveryStepInput, context: InvocationContext): Promise<DeliveryOutcome> => {
    const deps = dependencies();
    const instances = deps.instances(df.getClient(context));
    return runDeliveryStep((call) => settleUploads(call, deps, instances), input, deps);
  },
});

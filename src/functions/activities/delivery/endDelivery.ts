import type { InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import { startCallback } from '../../../app/callbacks/startCallback';
import { deliveryMailboxHash, logTo } from '../../../app/log';
import { updateRecord } from '../../../app/jobs/records';
import { deliveryEnded } from '../../../core/delivery/log';
import type { DeliveryEnd, DeliveryRecord } from '../../../core/delivery/record';
import type { Instances } from '../../../core/job/ports';
import { toldTooLate } from '../../../core/job/story';
import { dependencies, Dependencies } from '../../../dependencies';
import type { Ended, EndInput } from '../../../orchestrators/contract';

/** Writes the end onto the record, once: it is the last word. @returns the record where it holds this end */
export async function endDelivery(
  { id, epoch, step: { end } }: EndInput<DeliveryEnd>,
  deps: Pick<Dependencies, 'deliveries'>,
  instances: Instances,
): Promise<DeliveryRecord | undefined> {
  const record = await updateRecord(deps.deliveries, id, (now) =>
    now.end || now.run?.epoch !== epoch ? undefined : withEnd(now, end),
  );
  if (record?.end && record.request.hasCallback) await startCallback(id, instances).catch(() => undefined); // the watch comes by
  return record?.run?.epoch === epoch && record.end?.endedAt === end.endedAt ? record : undefined;
}

function withEnd(record: DeliveryRecord, end: DeliveryEnd): DeliveryRecord {
  const { checkpoint: _checkpoint, ...rest } = record;
  const told = toldTooLate(end, record.cancelRequestedAt);
  return { ...rest, state: end.status, end: told, updatedAt: end.endedAt };
}

df.app.activity('endDelivery', {
  extraInputs: [df.input.durableClient()],
  handler: async (input: EndInput<DeliveryEnd>, context: InvocationContext): Promise<Ended> => {
    const deps = dependencies();
    if (deps.problems.length > 0) return { kind: 'notReady' };
    const record = await endDelivery(input, deps, deps.instances(df.getClient(context)));
    const line = record && deliveryEnded(record, deliveryMailboxHash(record));
    if (line) {
      logTo(context)(line);
      deps.tracing.ended(input.id, line, record.request.createdAt, input.step.end.endedAt);
    }
    return { kind: 'ended' };
  },
});

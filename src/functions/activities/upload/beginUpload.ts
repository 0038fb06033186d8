import * as df from 'durable-functions';
import { lockKey } from '../../../core/items/path';
import { kindOf } from '../../../core/items/kinds';
import { planFor } from '../../../core/upload/plan';
import type { UploadRecord } from '../../../core/upload/record';
import { dependencies, Dependencies } from '../../../dependencies';
import type { BeginInput, Begun } from '../../../orchestrators/contract';
import { pacerKey } from '../../../app/uploads/pacerKey';
import { attachmentBodyLength } from '../../../app/uploads/body';
import { updateRecord } from '../../../app/jobs/records';
import { itemOf } from '../../../core/upload/request';

/**
 * Takes the upload for one execution of the orchestration. A finished instance can be started again, two equal starts
 * can both be answered: the record says who works. Recovery takes it over from an execution that is known to be dead.
 */
export async function beginUpload(input: BeginInput, deps: Dependencies): Promise<Begun> {
  const stored = await updateRecord(deps.records, input.id, (record) =>
    mayTake(record, input) ? { ...record, claimedBy: input.execution, updatedAt: deps.clock() } : undefined,
  );
  if (stored?.claimedBy !== input.execution || stored.end) return { kind: 'superseded' };
  const { request } = stored;
  const item = itemOf(request);
  const bodyBytes = attachmentBodyLength(request);
  return {
    kind: 'begun',
    request,
    plan: planFor(request, kindOf(item.form), bodyBytes),
    pacing: {
      mailboxKey: pacerKey(item),
      nameKey: `${lockKey(item)}\n${request.name}`,
      isSmall:
        bodyBytes < request.policy.smallAttachmentLimitBytes ||
        (request.sizeBytes ?? 0) < request.policy.smallAttachmentLimitBytes,
      concurrency: deps.settings.mailboxConcurrency,
      bytesPerWindow: deps.settings.mailboxBytesPer5Min,
    },
    cancelRequested: stored.cancelRequestedAt !== undefined,
    mayHaveSent: stored.intents.length > 0 || stored.session !== undefined,
  };
}

function mayTake(record: UploadRecord, { execution, recovers }: BeginInput): boolean {
  if (record.end || record.claimedBy === execution) return false;
  return record.claimedBy === undefined || recovers;
}

df.app.activity('beginUpload', {
  handler: async (input: BeginInput): Promise<Begun> => {
    const deps = dependencies();
    return deps.problems.length > 0 ? { kind: 'notReady' } : beginUpload(input, deps);
  },
});

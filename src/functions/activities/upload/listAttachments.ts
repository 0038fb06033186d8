import { hashOfId } from '../../../app/uploads/ownership';
import { immutableIdOf, withItemId } from '../../../app/uploads/keys';
import { uploadOutcome } from '../../../app/uploads/outcome';
import { updateRecord } from '../../../app/jobs/records';
import { turnOf } from '../../../core/job/record';
import { itemOf } from '../../../core/upload/request';
import type { Outcome } from '../../../core/upload/machine/progress';
import { readFailure } from '../../../core/wire/failure';
import type { Dependencies } from '../../../dependencies';
import { StepCall, stepActivity } from './step';

/**
 * Before the first commit: records which attachments are on the item (they are not ours, whatever they hold), and by which key it is
 * one item for all uploads.
 */
export async function listAttachments(
  { request, token }: StepCall<'listAttachments'>,
  deps: Dependencies,
): Promise<Outcome> {
  const item = itemOf(request);
  const listed = await deps.attachments.list(item);
  if (listed.kind !== 'list') return uploadOutcome(readFailure('list', listed, deps.clock()));
  const before = listed.attachments.map(({ id }) => hashOfId(id));
  const itemId = await immutableIdOf(item, deps);
  const record = await updateRecord(deps.records, request.id, (now) =>
    now.facts.before === undefined && turnOf(now, token) !== 'late'
      ? {
          ...now,
          facts: { ...now.facts, before },
          ...(now.keys && itemId !== undefined ? { keys: withItemId(now.keys, item, itemId) } : {}),
          updatedAt: deps.clock(),
        }
      : undefined,
  );
  const itemKey = record?.keys?.item;
  return { kind: 'listed', ...(itemKey === undefined ? {} : { itemKey }) };
}

stepActivity('listAttachments', listAttachments);

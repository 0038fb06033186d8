import { hashOfId } from '../../../app/uploads/ownership';
import { uploadOutcome } from '../../../app/uploads/outcome';
import { updateRecord } from '../../../app/jobs/records';
import { turnOf } from '../../../core/job/record';
import { itemOf } from '../../../core/upload/request';
import type { Outcome } from '../../../core/upload/machine/progress';
import { readFailure } from '../../../core/wire/failure';
import type { Dependencies } from '../../../dependencies';
import { StepCall, stepActivity } from './step';

/** Before the first commit: records which attachments are on the item. They are not ours, whatever they hold. */
export async function listAttachments(
  { request, token }: StepCall<'listAttachments'>,
  deps: Dependencies,
): Promise<Outcome> {
  const listed = await deps.attachments.list(itemOf(request));
  if (listed.kind !== 'list') return uploadOutcome(readFailure('list', listed, deps.clock()));
  const before = listed.attachments.map(({ id }) => hashOfId(id));
  await updateRecord(deps.records, request.id, (record) =>
    record.facts.before === undefined && turnOf(record, token) !== 'late'
      ? { ...record, facts: { ...record.facts, before }, updatedAt: deps.clock() }
      : undefined,
  );
  return { kind: 'listed' };
}

stepActivity('listAttachments', listAttachments);

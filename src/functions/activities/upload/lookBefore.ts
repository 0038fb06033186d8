import type { Outcome } from '../../../core/upload/machine/outcome';
import { readReply } from '../../../core/wire/replies';
import type { Dependencies } from '../../../dependencies';
import { updateRecord } from '../../../app/jobs/records';
import { itemOf } from '../../../core/upload/request';
import { StepCall, stepActivity } from './step';

/** Before the first send: records the ids of attachments of that name. They are not ours, whatever they hold. */
export async function lookBefore({ request, execution }: StepCall<'lookBefore'>, deps: Dependencies): Promise<Outcome> {
  const listed = await deps.attachments.list(itemOf(request));
  if (listed.kind !== 'list') return readReply('list', listed, request.sizeBytes ?? 0, deps.clock());
  const baseline = listed.attachments.filter(({ name }) => name === request.name).map(({ id }) => id);
  await updateRecord(deps.records, request.id, (record) =>
    record.claimedBy === execution && record.baseline === undefined
      ? { ...record, baseline, updatedAt: deps.clock() }
      : undefined,
  );
  return { kind: 'baseline' };
}

stepActivity('lookBefore', lookBefore);

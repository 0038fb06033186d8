import * as df from 'durable-functions';
import { withAdvice } from '../../../core/items/endAdvice';
import { printItemPath } from '../../../core/items/path';
import type { AttachedFile, UploadEnd, UploadRequest } from '../../../core/upload/record';
import { dependencies, Dependencies } from '../../../dependencies';
import type { EndInput, Ended } from '../../../orchestrators/contract';
import { claimAttachment } from '../../../app/uploads/ownership';
import { sessionLeftOpen, updateRecord } from '../../../app/jobs/records';
import { itemOf } from '../../../core/upload/request';
import { writeReceipt } from '../../../app/uploads/receipt';

/** Writes the end onto the record, once: it is the last word, also when the instance and its history are gone. */
export async function endUpload({ id, execution, end }: EndInput, deps: Dependencies): Promise<void> {
  await updateRecord(deps.records, id, (record) => {
    if (record.end || record.claimedBy !== execution) return undefined;
    const { session, ...rest } = record;
    const kept = end.error?.leftBehind?.length && session ? { session } : {};
    // where the end tells of some already, these are among them
    const unclosed = end.sessionsLeft ? [] : (record.unclosed ?? []);
    const left = unclosed.filter(({ expiresAt }) => expiresAt > end.endedAt);
    const open = left.map(({ expiresAt }) => sessionLeftOpen(expiresAt));
    const all = { ...end, warnings: [...end.warnings, ...open] };
    return { ...rest, ...kept, state: end.status, end: told(record.request, all), updatedAt: end.endedAt };
  });
  const attachmentId = end.attachment?.id;
  const record = await deps.records.get(id);
  if (attachmentId && record) await claimAttachment(deps, itemOf(record.value.request), attachmentId, id);
  // what is not removed now, purgeResources finds
  if (record?.value.end && record.value.request.resource) await deps.resources.remove(id).catch(() => undefined);
  // an end is an end without its receipt too: listOutbox writes it within a minute
  if (record) await writeReceipt(record.value, undefined, deps).catch(() => undefined);
}

/** Adds where Graph has the attachment, and what is known of items of this form. */
function told(request: UploadRequest, end: UploadEnd): UploadEnd {
  return request.item === null ? end : withAdvice(located(request, end), itemOf(request).form);
}

function located(request: UploadRequest, end: UploadEnd): UploadEnd {
  if (!end.attachment || end.attachment.id === null) return end;
  const attachment: AttachedFile = {
    ...end.attachment,
    location: `${printItemPath(itemOf(request))}/attachments/${encodeURIComponent(end.attachment.id)}`,
  };
  return { ...end, attachment };
}

df.app.activity('endUpload', {
  handler: async (input: EndInput): Promise<Ended> => {
    const deps = dependencies();
    if (deps.problems.length > 0) return 'notReady';
    await endUpload(input, deps);
    return 'ended';
  },
});

import type { InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import { startCallback } from '../../../app/callbacks/startCallback';
import { updateRecord } from '../../../app/jobs/records';
import { logTo, mailboxHash } from '../../../app/log';
import { claimedItem } from '../../../app/uploads/keys';
import { closeSessions } from '../../../app/uploads/closeSessions';
import { leaveMailbox } from '../../../app/uploads/leaveMailbox';
import { claimAttachment } from '../../../app/uploads/ownership';
import { writeReceipt } from '../../../app/uploads/receipt';
import { kindOf } from '../../../core/items/kinds';
import { printItemPath } from '../../../core/items/path';
import type { Instances } from '../../../core/job/ports';
import { toldTooLate } from '../../../core/job/story';
import { withAdvice } from '../../../core/upload/endAdvice';
import { uploadEnded } from '../../../core/upload/log';
import { withOpenSessions } from '../../../core/upload/machine/ending';
import {
  hasUnlisted,
  openSessions,
  UploadEnd,
  UploadRecord,
  UploadRequest,
  withoutSessions,
} from '../../../core/upload/record';
import { itemOf } from '../../../core/upload/request';
import { dependencies, Dependencies } from '../../../dependencies';
import { Ended, EndInput, eventNames } from '../../../orchestrators/contract';

/**
 * Writes the end onto the record, once: it is the last word, also when the instance and its history are gone.
 * @returns the record where it holds this end
 */
export async function endUpload(
  { id, epoch, step: { end, completed, unlisted } }: EndInput,
  deps: Dependencies,
  instances: Instances,
): Promise<UploadRecord | undefined> {
  const read = async (): Promise<UploadRecord | undefined> => (await deps.records.get(id))?.value;
  const found = await read();
  if (!found) return undefined;
  const notifies = await willNotify(found.request, deps);
  const write = (tried?: ReadonlySet<string>): Promise<UploadRecord | undefined> =>
    updateRecord(deps.records, id, (now) => {
      if (now.end || now.run?.epoch !== epoch) return undefined;
      const record = without(now, completed, deps);
      const isNew = tried && record.facts.sessions.some(({ sealedUrl }) => !tried.has(sealedUrl));
      return isNew ? undefined : withEnd(record, end, notifies);
    });
  let record = await write(await closeWhatIsLeft(found, epoch, completed, deps));
  if (record && !record.end) {
    // a late run has opened another session meanwhile
    await closeWhatIsLeft(await read(), epoch, completed, deps);
    record = await write();
  }
  if (!record?.end) return undefined;
  const attachmentId = record.end.attachment?.id;
  if (attachmentId) await claimAttachment(deps, await claimedItem(record.request, deps), attachmentId, id);
  if (hasUnlisted(record.end)) await leaveMailbox(record, unlisted, deps, instances);
  // what is not removed now, purgeResources finds
  if (record.request.resource) await deps.resources.remove(id).catch(() => undefined);
  // an end without its receipt is an end: listOutbox writes it when it comes by
  await writeReceipt(record, undefined, deps).catch(() => undefined);
  if (record.request.hasCallback) await startCallback(id, instances).catch(() => undefined); // the watch comes by
  const { delivery } = record.request;
  if (delivery !== undefined) await instances.raise(delivery, eventNames.nudge, null).catch(() => undefined);
  return record.run?.epoch === epoch && record.end.endedAt === end.endedAt ? record : undefined;
}

/** Sessions of runs that nobody heard: one more try before the end tells of them. Returns which were tried. */
async function closeWhatIsLeft(
  found: UploadRecord | undefined,
  epoch: number,
  completed: string | undefined,
  deps: Dependencies,
): Promise<ReadonlySet<string>> {
  if (!found || found.end || found.run?.epoch !== epoch) return new Set();
  const record = without(found, completed, deps);
  const { sessions } = record.facts;
  if (sessions.length > 0) await closeSessions(record, itemOf(record.request), undefined, deps);
  return new Set(sessions.map(({ sealedUrl }) => sealedUrl));
}

/** The session that took the whole file is over. */
const without = (record: UploadRecord, completed: string | undefined, deps: Dependencies): UploadRecord =>
  completed === undefined
    ? record
    : { ...record, facts: withoutSessions(record.facts, new Set([completed]), deps.clock()) };

/** Whether the item has attendees, and the delivery is to send them an update when all files are there. */
async function willNotify(request: UploadRequest, { deliveries }: Pick<Dependencies, 'deliveries'>): Promise<boolean> {
  if (request.delivery === undefined || request.item === null) return false;
  if (!kindOf(itemOf(request).form).attendees) return false;
  return (await deliveries.get(request.delivery))?.value.request.notifyAttendees === true;
}

function withEnd(record: UploadRecord, end: UploadEnd, notifies: boolean): UploadRecord {
  const open = openSessions(record.facts, end.endedAt);
  const heard = toldTooLate(end, record.cancelRequestedAt);
  const all = told(record.request, withOpenSessions(heard, open), notifies);
  const facts = { ...record.facts, sessions: open };
  return { ...record, checkpoint: undefined, facts, state: all.status, end: all, updatedAt: end.endedAt };
}

/** Adds where Graph has the attachment, and what is known of items of this form. */
function told(request: UploadRequest, end: UploadEnd, notifies: boolean): UploadEnd {
  if (request.item === null) return end;
  const item = itemOf(request);
  const { attachment } = end;
  if (!attachment || attachment.id === null) return withAdvice(end, item.form, notifies);
  const location = `${printItemPath(item)}/attachments/${encodeURIComponent(attachment.id)}`;
  return withAdvice({ ...end, attachment: { ...attachment, location } }, item.form, notifies);
}

df.app.activity('endUpload', {
  extraInputs: [df.input.durableClient()],
  handler: async (input: EndInput, context: InvocationContext): Promise<Ended> => {
    const deps = dependencies();
    if (deps.problems.length > 0) return { kind: 'notReady' };
    const record = await endUpload(input, deps, deps.instances(df.getClient(context)));
    const line = record && uploadEnded(record, mailboxHash(record.request));
    if (line) {
      logTo(context)(line);
      deps.tracing.ended(input.id, line, record.request.createdAt, input.step.end.endedAt);
    }
    return { kind: 'ended' };
  },
});

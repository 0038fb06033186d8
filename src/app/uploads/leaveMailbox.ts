import type { Instances } from '../../core/job/ports';
import { isSmall } from '../../core/upload/needs';
import { hasUnlisted, UploadRecord } from '../../core/upload/record';
import type { Dependencies } from '../../dependencies';
import { leaving, MailboxCall, mailboxName } from '../../orchestrators/contract';
import { planOf } from './plan';
import { claimUnlisted } from './unlisted';

/**
 * What an ended upload does at its mailbox before its orchestration is heard of again, if ever: what may be on the item without an id
 * that lists give is written down before the item's lock goes to another upload of the same file. `attachmentId`: the upload host's
 * id of it.
 */
export async function leaveMailbox(
  record: UploadRecord,
  attachmentId: string | undefined,
  deps: Pick<Dependencies, 'records' | 'settings' | 'clock'>,
  instances: Pick<Instances, 'signalEntity'>,
): Promise<void> {
  const { end, request } = record;
  if (end && hasUnlisted(end) && request.item !== null) await claimUnlisted(request, attachmentId, deps);
  await release(record, deps, instances);
}

/** An entity that is signalled gives no answer, so nobody is woken: without an orchestration, waiters ask within half a minute. */
async function release(
  { id, request, keys }: UploadRecord,
  { settings, clock }: Pick<Dependencies, 'settings' | 'clock'>,
  instances: Pick<Instances, 'signalEntity'>,
): Promise<void> {
  if (!keys) return; // it never came to its mailbox
  const now = clock();
  const call: MailboxCall = {
    id,
    isSmall: isSmall(planOf(request)),
    step: { do: 'release', no: 0, notBefore: now, locks: false, release: { unusedBytes: 0 } },
    limits: { concurrency: settings.mailboxConcurrency, bytesPerWindow: settings.mailboxBytesPer5Min },
    now,
  };
  await instances.signalEntity(mailboxName, keys.mailbox, leaving, call);
}

import type { Instances } from '../../core/job/ports';
import { isSmall } from '../../core/upload/needs';
import type { UploadRecord } from '../../core/upload/record';
import type { Dependencies } from '../../dependencies';
import { MailboxCall, mailboxName } from '../../orchestrators/contract';
import { planOf } from './plan';

/**
 * Gives back what an upload holds of its mailbox, its permit and its item's lock, where no orchestration of it is left to do so.
 * An entity that is signalled gives no answer, so nobody is woken: whoever waits asks again within half a minute.
 */
export async function releaseMailbox(
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
  await instances.signalEntity(mailboxName, keys.mailbox, call.step.do, call);
}

import type { Instances } from '../../core/job/ports';
import type { UploadRecord } from '../../core/upload/record';
import { mailboxName } from '../../orchestrators/contract';

/**
 * Lets the pacers go of the mailboxes whose uploads are purged, each mailbox once a run. False for a record whose mailbox
 * leaves something that only a later run can remove: the record is kept for that run, nothing else leads to the mailbox.
 */
export function mailboxSweep(
  instances: Pick<Instances, 'sweepEntity'>,
  clock: () => number,
  failed: (cause: unknown) => void,
): (record: UploadRecord) => Promise<boolean> {
  const swept = new Map<string, Promise<boolean>>();
  const sweep = async (key: string): Promise<boolean> => {
    const left = await instances.sweepEntity(mailboxName, key, clock()).catch(failed); // no reason to keep a record
    return left !== 'later';
  };
  return ({ request, keys }) => {
    if (request.item === null || !keys) return Promise.resolve(true); // it never came to a mailbox
    const key = keys.mailbox;
    const found = swept.get(key) ?? sweep(key);
    swept.set(key, found);
    return found;
  };
}

import { itemOfDelivery } from '../../core/delivery/item';
import type { DeliveryRecord } from '../../core/delivery/record';
import type { Problem } from '../../core/errors';
import { lockKey, withId } from '../../core/items/path';
import type { Dependencies } from '../../dependencies';
import { immutableIdOf } from '../uploads/keys';

/**
 * Of several deliveries that are to send one message, one does. Undefined: it is this one; else why it is not. A delivery that
 * ended without sending, or without knowing, makes room: asking again is its caller's word.
 */
export async function claimSend(record: DeliveryRecord, deps: Dependencies): Promise<Problem | undefined> {
  const item = itemOfDelivery(record);
  const other = await claimKey(lockKey(item), record, deps);
  if (other || record.request.target.kind !== 'item') return other; // nobody else has named a draft of ours
  const itemId = await immutableIdOf(item, deps); // another delivery may have named it by its other id
  return itemId === undefined ? undefined : claimKey(lockKey(withId(item, itemId)), record, deps);
}

async function claimKey(
  key: string,
  record: DeliveryRecord,
  deps: Pick<Dependencies, 'records' | 'deliveries' | 'clock'>,
): Promise<Problem | undefined> {
  const mine = { uploadId: record.id, claimedAt: deps.clock() };
  const { won, held } = await deps.records.claim('send', key, mine);
  if (won || held.value.uploadId === record.id) return undefined;
  const other = (await deps.deliveries.get(held.value.uploadId))?.value;
  if (other && (!other.end || other.end.sent === true)) return refusedFor(other);
  return (await deps.records.replaceClaim('send', key, mine, held.version)) ? undefined : claimKey(key, record, deps);
}

const refusedFor = ({ id, end }: DeliveryRecord): Problem =>
  end
    ? { code: 'AlreadyFinished', detail: `The delivery ${id} has sent this message.` }
    : {
        code: 'NotFinished',
        detail: `The delivery ${id} is about to send this message. Ask again when it has ended.`,
      };

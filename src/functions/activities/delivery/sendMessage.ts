import type { DeliveryOutcome } from '../../../core/delivery/machine/deliveryOutcome';
import type { DeliveryRecord } from '../../../core/delivery/record';
import { readMessageReply } from '../../../core/wire/deliveryReplies';
import { lockKey } from '../../../core/items/path';
import type { Dependencies } from '../../../dependencies';
import { staleAfterMs } from './createDraft';
import { updateOurs } from '../../../app/deliveries/updateOurs';
import { itemOfDelivery } from '../../../core/delivery/item';
import { DeliveryCall, deliveryActivity } from './step';

/**
 * The one send. It is never repeated after an unclear end: `sending` is on the record first, and only a refusal that is
 * sure takes it away again. Whoever finds it there says that the outcome is open. A cancel and the send meet on the
 * record: whichever is there first wins.
 */
export async function sendMessage(
  { record, execution, step }: DeliveryCall<'sendMessage'>,
  deps: Dependencies,
): Promise<DeliveryOutcome> {
  const item = itemOfDelivery(record);
  const other = await claimSend(lockKey(item), record.id, deps);
  if (other) return refusedFor(other);
  const startedAt = deps.clock();
  const stepKey = `${execution}/${step.no}`;
  const { stored, isWritten } = await updateOurs(deps, record.id, execution, (now) =>
    now.sending || now.closed || now.cancelRequestedAt !== undefined
      ? undefined
      : { ...now, sending: { step: stepKey, at: startedAt } },
  );
  if (!isWritten) return begunBefore(stored);
  if (deps.clock() - startedAt > staleAfterMs) return { kind: 'uncertain' };

  const reply = await deps.messages.send(item);
  const now = deps.clock();
  if (reply.kind === 'reply' && reply.status < 300) return noteSent(record.id, execution, now, deps);
  const said = readMessageReply('send', reply, now);
  if (said.kind !== 'uncertain') {
    await updateOurs(deps, record.id, execution, ({ sending, ...rest }) =>
      sending?.step === stepKey ? rest : undefined,
    );
  }
  return said;
}

/** Remembers that it is sent: a result that is lost on its way to the orchestration is found here. */
export async function noteSent(
  id: string,
  execution: string,
  sentAt: number,
  deps: Dependencies,
): Promise<DeliveryOutcome> {
  await updateOurs(deps, id, execution, (record) =>
    record.sending && record.sending.sentAt === undefined
      ? { ...record, sending: { ...record.sending, sentAt } }
      : undefined,
  );
  return { kind: 'sent', at: sentAt };
}

function begunBefore(record: DeliveryRecord | undefined): DeliveryOutcome {
  if (record?.sending?.sentAt !== undefined) return { kind: 'sent', at: record.sending.sentAt };
  return !record?.sending && record?.cancelRequestedAt !== undefined
    ? { kind: 'cancelRequested' }
    : { kind: 'uncertain' };
}

/**
 * Of several deliveries that are to send one item, one does. Undefined: it is this one; else the other, which has sent it
 * or is about to. One that ended without sending, or without knowing, makes room: asking again is its caller's word.
 */
async function claimSend(key: string, id: string, deps: Dependencies): Promise<DeliveryRecord | undefined> {
  const mine = { uploadId: id, claimedAt: deps.clock() };
  const { won, held } = await deps.records.claim('send', key, mine);
  if (won || held.value.uploadId === id) return undefined;
  const other = (await deps.deliveries.get(held.value.uploadId))?.value;
  if (other && (!other.end || other.end.sent === true)) return other;
  return (await deps.records.replaceClaim('send', key, mine, held.version)) ? undefined : claimSend(key, id, deps);
}

function refusedFor({ id, end }: DeliveryRecord): DeliveryOutcome {
  return end
    ? { kind: 'refused', problem: { code: 'AlreadyFinished', detail: `The delivery ${id} has sent this message.` } }
    : {
        kind: 'refused',
        problem: {
          code: 'NotFinished',
          detail: `The delivery ${id} is about to send this message. Ask again when it has ended.`,
        },
      };
}

deliveryActivity('sendMessage', sendMessage);

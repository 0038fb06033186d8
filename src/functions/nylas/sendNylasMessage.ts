import { NylasMessage, graphMessage } from '../../core/nylas/message';
import type { DeliveryRecord } from '../../core/delivery/record';
import { endFault, surelyNotSent } from '../../core/nylas/send';
import type { Grant } from '../../core/nylas/grant';
import { acceptDelivery } from '../../app/intake/acceptDelivery';
import type { HttpDependencies } from '../api/serve';
import { answerOnce, CallOutcome } from './answerOnce';
import { parseMessage } from './messageBody';
import { messageFiles } from './messageFiles';
import { readNylasJson } from './nylasBody';
import { deliveryOnce, hasEnded, pendingReply, sentReply, waitMs } from './nylasDelivery';
import { faultReply, NylasReply, NylasRequest, serveNylas } from './nylasWire';

/**
 * POST messages/send: a delivery with a new draft. 200 when it was sent within the time that Nylas' clients wait, else 202
 * with a schedule that tells the end. Sent once, whatever happens to this call.
 */
export async function sendMessage(call: NylasRequest, deps: HttpDependencies): Promise<NylasReply> {
  const until = deps.clock() + waitMs;
  const json = await readNylasJson(call.request, call.family);
  return answerOnce(call, json, deps, {
    async answer(callId) {
      const message = parseMessage(json, 'send');
      const { delivery } = await acceptDelivery(
        {
          to: { kind: 'newDraft', mailbox: call.grant.mailbox, message: graphMessage(message) },
          files: await messageFiles(message, call.grant, deps),
          send: true,
          onFailure: 'remove',
          reference: null,
          source: 'nylas',
        },
        deps,
        { scope: 'POST /v3/messages/send', key: callId, fingerprint: callId },
      );
      return sendOutcome(await deliveryOnce(delivery, hasEnded, until, deps), message, call.grant, deps);
    },
    async again(status, id) {
      const record = (await deps.deliveries.get(id))?.value;
      const message = parseMessage(json, 'send');
      if (status === 202 || !record) return pendingReply(id, record, message, call.grant, deps);
      return sentReply(record, message, call.grant, deps);
    },
  });
}

/** What a delivery that sends came to so far. */
export async function sendOutcome(
  record: DeliveryRecord,
  message: NylasMessage | undefined,
  grant: Grant,
  deps: HttpDependencies,
): Promise<CallOutcome> {
  const delivery = record.id;
  if (!record.end) return { delivery, reply: await pendingReply(delivery, record, message, grant, deps) };
  if (record.end.sent === true) return { delivery, reply: await sentReply(record, message, grant, deps) };
  const fault = endFault(record);
  return { delivery, fault, reply: faultReply(fault), unsent: surelyNotSent(record) };
}

serveNylas('nylasSendMessage', 'mail', sendMessage);

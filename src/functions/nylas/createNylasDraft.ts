import { graphMessage } from '../../core/nylas/message';
import { faultOf, NylasError } from '../../core/nylas/error';
import { documentKey, endFault } from '../../core/nylas/send';
import { acceptDelivery } from '../../app/intake/acceptDelivery';
import { requestCancel } from '../../app/deliveries/cancel';
import type { HttpDependencies } from '../api/serve';
import { parseMessage } from './messageBody';
import { messageFiles } from './messageFiles';
import { readNylasJson } from './nylasBody';
import { deliveryOnce, messageIdOf, shownMessage, waitMs } from './nylasDelivery';
import { NylasReply, NylasRequest, serveNylas } from './nylasWire';

/** POST drafts: 200 as soon as the draft is there. Its attachments may still arrive: the delivery in `Link` tells. */
export async function createDraft(call: NylasRequest, deps: HttpDependencies): Promise<NylasReply> {
  const { request, grant, family } = call;
  const until = deps.clock() + waitMs;
  const message = parseMessage(await readNylasJson(request, family), 'draft');
  const accepted = await acceptDelivery(
    {
      to: { kind: 'newDraft', mailbox: grant.mailbox, message: graphMessage(message) },
      files: await messageFiles(message, grant, deps),
      send: false,
      onFailure: 'remove',
      reference: null,
      source: 'nylas',
    },
    deps,
  );
  const record = await deliveryOnce(accepted.delivery, ({ facts, end }) => Boolean(facts.draft ?? end), until, deps);
  if (record.end && record.end.status !== 'succeeded') throw new NylasError(endFault(record));
  const item = record.facts.draft?.item ?? record.end?.item;
  if (item === undefined || item === null) {
    await requestCancel(record.id, deps); // whoever asks again must not find two
    throw new NylasError(tooSlow);
  }
  const draft = { mailbox: grant.key, grant: grant.text, item, madeBy: record.id };
  await deps.nylas.drafts.insert(documentKey(grant.key, messageIdOf(record)), draft, deps.clock());
  return {
    status: 200,
    body: { data: await shownMessage('draft', record, message, grant, deps) },
    headers: { link: `</api/deliveries/${record.id}>; rel="monitor"` },
  };
}

const tooSlow = faultOf(504, 'mail', 'Microsoft has not made the draft in time. It is given up: ask for it again.');

serveNylas('nylasCreateDraft', 'mail', createDraft);

import { messagePath } from '../../core/items/mailbox';
import { faultOf, NylasError } from '../../core/nylas/error';
import { Grant } from '../../core/nylas/grant';
import { messageOfGraph, NylasMessage } from '../../core/nylas/message';
import { documentKey, DraftSend, NylasDraft } from '../../core/nylas/send';
import type { HttpDependencies } from '../api/serve';
import { refuseWhileClosed } from '../../app/intake/closed';
import { advanceDraftSend, DraftSendState, mayFollow } from '../../app/deliveries/nylasSend';
import { readNylasJson } from './nylasBody';
import { deliveryOnce, hasEnded, pendingReply, waitMs } from './nylasDelivery';
import { NylasReply, NylasRequest, serveNylas } from './nylasWire';
import { sendOutcome } from './sendNylasMessage';

/**
 * POST drafts/{id}: sends the draft, once what arrives on it is there. While a send of it is under way, was done, or has an
 * unknown end, that one answers: never a second.
 */
export async function sendDraft({ request, grant, family }: NylasRequest, deps: HttpDependencies): Promise<NylasReply> {
  const until = deps.clock() + waitMs;
  await readNylasJson(request, family); // nothing in it counts, but it must be JSON
  if (!deps.settings.sendEnabled) throw new NylasError(faultOf(403, family, 'Sending is switched off (SEND_ENABLED).'));
  const draftId = (request.params['id'] ?? '').replace(/%2F/gi, '/'); // all else is decoded already (facts: host)
  const key = documentKey(grant.key, draftId);
  const send = await theSend(key, draftId, grant, deps);
  const [state, message] = await Promise.all([advancedUntil(key, send, until, deps), madeOf(key, deps)]);
  if (state.kind === 'refused') throw new NylasError(state.fault);
  if (state.kind === 'arriving') return pendingReply(send.id, undefined, message, grant, deps);
  const { reply } = await sendOutcome(await deliveryOnce(state.delivery, hasEnded, until, deps), message, grant, deps);
  return reply.status === 202 ? pendingReply(send.id, state.delivery, message, grant, deps) : reply;
}

/** The send that is under way, or a new one where none is or the last one surely sent nothing. Of two at once one wins. */
async function theSend(key: string, draftId: string, grant: Grant, deps: HttpDependencies): Promise<DraftSend> {
  const { drafts, schedules, openSends } = deps.nylas;
  const now = deps.clock();
  const held = await drafts.get(key);
  const earlier = held?.value.send;
  if (earlier && !(await mayFollow(earlier, deps))) return earlier;
  refuseWhileClosed(deps.settings);
  const send: DraftSend = { id: deps.newId(), at: now };
  const item = messagePath(grant.mailbox, draftId);
  const draft: NylasDraft = { mailbox: grant.key, grant: grant.text, item, ...held?.value, send };
  const schedule = { id: send.id, mailbox: grant.key, draftKey: key, at: now };
  await Promise.all([schedules.insert(send.id, schedule, now), openSends.insert(send.id, schedule, now)]);
  const written = held ? await drafts.replace(key, draft, held.version, now) : await drafts.insert(key, draft, now);
  return written ? send : theSend(key, draftId, grant, deps);
}

/** Goes on as soon as the attachments are there, within the time. */
async function advancedUntil(
  key: string,
  send: DraftSend,
  until: number,
  deps: HttpDependencies,
): Promise<DraftSendState> {
  const state = await advanceDraftSend(key, send, deps);
  if (state.kind !== 'arriving') return state;
  const maker = await deliveryOnce(state.delivery, hasEnded, until, deps);
  return maker.end ? advanceDraftSend(key, send, deps) : state;
}

/** What the draft was made of, where it was made here. */
async function madeOf(key: string, { nylas, deliveries }: HttpDependencies): Promise<NylasMessage | undefined> {
  const madeBy = (await nylas.drafts.get(key))?.value.madeBy;
  const input = madeBy === undefined ? undefined : await deliveries.input(madeBy);
  return input?.message ? messageOfGraph(input.message) : undefined;
}

serveNylas('nylasSendDraft', 'mail', sendDraft);

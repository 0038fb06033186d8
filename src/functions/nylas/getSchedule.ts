import type { DeliveryRecord } from '../../core/delivery/record';
import { faultOf, NylasError, NylasFault } from '../../core/nylas/error';
import { scheduleStatus } from '../../core/nylas/send';
import type { HttpDependencies } from '../api/serve';
import { advanceDraftSend, followed } from '../../app/deliveries/nylasSend';
import { grantKeyOf } from './nylasDelivery';
import { NylasReply, NylasRequest, serveNylas } from './nylasWire';

interface Scheduled {
  readonly delivery?: DeliveryRecord;
  readonly fault?: NylasFault;
}

/**
 * GET messages/schedules/{id}: how a send that was answered 202 goes on. Nylas gives it bare, its SDK says it is under
 * `data`: it stands in both places.
 */
export async function getSchedule({ request, grant }: NylasRequest, deps: HttpDependencies): Promise<NylasReply> {
  const id = request.params['id'] ?? '';
  const found = (await ofDraft(id, grant.key, deps)) ?? (await ofDelivery(id, grant.key, deps));
  if (!found) throw new NylasError(faultOf(404, 'mail', 'There is no scheduled message with this id.'));
  const { delivery, fault } = found;
  const closedAt = delivery?.end?.sentAt ?? delivery?.end?.endedAt;
  const schedule = {
    schedule_id: id,
    status: scheduleStatus(delivery, fault),
    ...(closedAt === undefined ? {} : { close_time: Math.floor(closedAt / 1000) }),
  };
  return { status: 200, body: { ...schedule, grant_id: grant.text, data: schedule } };
}

async function ofDelivery(id: string, mailbox: string, deps: HttpDependencies): Promise<Scheduled | undefined> {
  const delivery = (await deps.deliveries.get(id))?.value;
  const theirs = delivery?.request.source === 'nylas' && delivery.request.send && grantKeyOf(delivery) === mailbox;
  return theirs ? { delivery } : undefined;
}

async function ofDraft(id: string, mailbox: string, deps: HttpDependencies): Promise<Scheduled | undefined> {
  const schedule = (await deps.nylas.schedules.get(id))?.value;
  if (schedule?.mailbox !== mailbox) return undefined;
  const send = (await deps.nylas.drafts.get(schedule.draftKey))?.value.send;
  if (send?.id !== id) return { fault: followed };
  const state = await advanceDraftSend(schedule.draftKey, send, deps);
  if (state.kind === 'refused') return { fault: state.fault };
  return state.kind === 'accepted' ? { delivery: state.delivery } : {};
}

serveNylas('nylasGetSchedule', 'mail', getSchedule);

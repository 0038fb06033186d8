import type { Outcome } from '../../core/delivery/machine/progress';
import type { DeliveryRecord } from '../../core/delivery/record';
import type { Event } from '../../core/job/machine';
import type { FenceToken, Turn } from '../../core/job/record';
import type { WireReply } from '../../core/wire/reply';
import type { Dependencies } from '../../dependencies';
import { noteQuietly } from './facts';

/** What sending a message and notifying an event's attendees have in common: each is done once. */

/** Why this run must not send; undefined: it may. The intent is on the record already. */
export function heldBack({ facts, cancelRequestedAt }: DeliveryRecord, turn: Turn): Outcome | Event | undefined {
  if (facts.sentAt !== undefined) return { kind: 'sent', at: facts.sentAt };
  // another run of this step was here; whether it lost its answer is on the record
  if (turn !== 'first') return facts.isSendLost ? { kind: 'unclear' } : { kind: 'crashed' };
  return facts.closed !== undefined || cancelRequestedAt !== undefined ? { kind: 'cancelRequested' } : undefined;
}

/** Remembers that it is sent: a result that is lost on its way to the orchestration is found here. */
export async function noteSent(id: string, token: FenceToken, sentAt: number, deps: Dependencies): Promise<Outcome> {
  await noteQuietly(deps, id, token, (facts) => (facts.sentAt === undefined ? { ...facts, sentAt } : undefined));
  return { kind: 'sent', at: sentAt };
}

/** A request without an answer may still be on its way: from here on nothing repeats it. */
export async function noteLost(id: string, token: FenceToken, reply: WireReply, deps: Dependencies): Promise<void> {
  const isLost = reply.kind === 'fault' && (reply.fault === 'reset' || reply.fault === 'timeout');
  if (isLost) await noteQuietly(deps, id, token, (facts) => ({ ...facts, isSendLost: true }));
}

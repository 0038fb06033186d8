import type { Outcome } from '../../core/delivery/machine/progress';
import type { DeliveryRecord, Facts } from '../../core/delivery/record';
import type { Event } from '../../core/job/machine';
import { FenceToken, turnOf } from '../../core/job/record';
import type { WireReply } from '../../core/wire/reply';
import type { Dependencies } from '../../dependencies';
import { updateRecord } from '../jobs/records';
import { noteQuietly } from './facts';

/** What sending a message and notifying an event's attendees have in common: each is done once. */

const mostTries = 3;
/** Between the intent and the request nothing may take longer: the job may have gone on. */
const freshMs = 5_000;

/**
 * Writes the intent down, right before the request. Undefined: the request may be made, at once. A cancel meets the intent on
 * the record, and whichever comes first wins. The write carries the invocation, so that one whose reply was lost is recognised.
 */
export async function beginSend(
  id: string,
  token: FenceToken,
  deps: Dependencies,
): Promise<Outcome | Event | undefined> {
  const startedAt = deps.clock();
  for (let tries = 1; ; tries++) {
    try {
      const record = await updateRecord(deps.deliveries, id, (now) => begun(now, token, deps.clock()));
      const held = record ? heldBack(record, token) : { kind: 'crashed' as const };
      if (held || deps.clock() - startedAt < freshMs) return held;
      await noteAnswered(id, token, deps); // it is not sent
      return { kind: 'crashed' };
    } catch {
      if (tries === mostTries) return { kind: 'storageDown' };
      await deps.sleep(500 * tries);
    }
  }
}

function begun(record: DeliveryRecord, token: FenceToken, now: number): DeliveryRecord | undefined {
  const { facts } = record;
  if (facts.openSend === token.by || heldBack(record, token)) return undefined;
  const { sendsBegun, firstSendAt = sendsBegun === 0 ? now : undefined } = facts;
  const next: Facts = {
    ...facts,
    sendsBegun: sendsBegun + 1,
    ...(firstSendAt === undefined ? {} : { firstSendAt }),
    openSend: token.by,
  };
  return { ...record, facts: next, updatedAt: now };
}

/** Why this run must not send. */
function heldBack(record: DeliveryRecord, token: FenceToken): Outcome | Event | undefined {
  const { facts, cancelRequestedAt } = record;
  if (facts.sentAt !== undefined) return { kind: 'sent', at: facts.sentAt };
  if (turnOf(record, token) !== 'first') return { kind: 'crashed' }; // another run or step was here: it is looked for
  if (facts.openSend === token.by) return undefined; // begun before the cancel
  return facts.closed !== undefined || cancelRequestedAt !== undefined ? { kind: 'cancelRequested' } : undefined;
}

/** Remembers that it is sent: a result that is lost on its way to the orchestration is found here. */
export async function noteSent(id: string, token: FenceToken, sentAt: number, deps: Dependencies): Promise<Outcome> {
  await noteQuietly(deps, id, token, (facts) => (facts.sentAt === undefined ? { ...facts, sentAt } : undefined));
  return { kind: 'sent', at: sentAt };
}

/** The service has answered, or the request was not made. Without this note nothing repeats it. */
export async function noteAnswered(id: string, token: FenceToken, deps: Dependencies): Promise<void> {
  await noteQuietly(deps, id, token, ({ openSend, ...facts }) => (openSend === token.by ? facts : undefined));
}

/** No answer to a request that had left. */
export const isLost = (reply: WireReply): boolean =>
  reply.kind === 'fault' && (reply.fault === 'reset' || reply.fault === 'timeout');

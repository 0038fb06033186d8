import type { DeliveryOutcome } from './deliveryOutcome';
import { readReply } from './replies';
import { anyCase } from './uploadSession';
import type { WireReply } from './wireReply';

/** Which call on a message failed. */
export type MessageCall = 'create' | 'mark' | 'send' | 'look' | 'remove';

/**
 * The outcome of a call on a message that did not succeed, or whose success could not be read. The same statuses as on
 * attachments; what is told apart is what cannot be repeated.
 */
export function readMessageReply(call: MessageCall, reply: WireReply, now: number): DeliveryOutcome {
  const outcome = failure(call, reply, now);
  const requestId = reply.kind === 'reply' ? reply.requestId : undefined;
  return requestId === undefined ? outcome : { ...outcome, requestId };
}

function failure(call: MessageCall, reply: WireReply, now: number): DeliveryOutcome {
  if (reply.kind === 'reply' && reply.status < 300) return { kind: 'uncertain' }; // half an answer, or no JSON
  if (call === 'remove' && reply.kind === 'reply' && (reply.status === 404 || reply.status === 410))
    return { kind: 'removed' };
  const said = readReply('list', reply, 0, now);
  switch (said.kind) {
    case 'throttled':
    case 'uncertain':
    case 'notSent':
      return said;
    case 'notFound':
      return call === 'create' ? unknownMailbox : said;
    case 'refused':
      return said.problem.code === 'Internal' && reply.kind === 'reply' ? refusedAs(call, reply) : said;
    default:
      return { kind: 'uncertain' };
  }
}

const unknownMailbox: DeliveryOutcome = {
  kind: 'refused',
  problem: { code: 'ItemNotFound', detail: 'The service does not know this mailbox. Check its name.' },
};

/** A message that the service does not take as it is: what its caller wrote, not a fault of the app. */
function refusedAs(call: MessageCall, { status, json }: Extract<WireReply, { kind: 'reply' }>): DeliveryOutcome {
  const code = String(anyCase(anyCase(json, 'error'), 'code') ?? '');
  const named = /^[\w.-]{1,80}$/.test(code) ? ` ${code}` : ''; // codes of the service are short words
  const what = {
    create: 'make the draft',
    mark: 'mark the message',
    send: 'send the message',
    look: 'look',
    remove: 'delete',
  };
  const hint = call === 'send' ? ' It must be a draft with recipients that the service takes.' : '';
  const detail = `The service refused to ${what[call]}: ${status}${named}.${hint}`;
  return { kind: 'refused', problem: { code: 'InvalidRequest', detail } };
}

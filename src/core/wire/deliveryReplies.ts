import type { DeliveryOutcome } from '../delivery/machine/deliveryOutcome';
import type { Outcome } from './outcome';
import { readReply } from './replies';
import { anyCase } from './session';
import type { WireReply } from './reply';

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
  if (said.kind === 'notFound' && call === 'create') return unknownMailbox;
  if (said.kind === 'refused' && said.problem.code === 'Internal' && reply.kind === 'reply')
    return refusedAs(call, reply);
  return isShared(said) ? said : { kind: 'uncertain' };
}

const shared = ['throttled', 'uncertain', 'notSent', 'notFound', 'refused'] as const;
type Shared = Extract<Outcome, { kind: (typeof shared)[number] }>;
const isShared = (said: Outcome): said is Shared => shared.some((kind) => kind === said.kind);

const unknownMailbox: DeliveryOutcome = {
  kind: 'refused',
  problem: { code: 'ItemNotFound', detail: 'The service does not know this mailbox. Check its name.' },
};

/** A message that the service does not take as it is: what its caller wrote, not a fault of the app. */
function refusedAs(call: MessageCall, { status, json }: Extract<WireReply, { kind: 'reply' }>): DeliveryOutcome {
  const code = anyCase(anyCase(json, 'error'), 'code');
  const named = typeof code === 'string' && /^[\w.-]{1,80}$/.test(code) ? ` ${code}` : ''; // a short word, or none
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

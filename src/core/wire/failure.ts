import type { Problem } from '../errors';
import { minutes, parseRetryAfter } from '../retry';
import { Answer, Call, classify } from './classify';
import { answerOf, errorOf } from './error';
import { blocked, redirected } from './faults';
import { problemOf, Reason } from './reasons';
import type { WireReply } from './reply';

type Reply = Extract<WireReply, { kind: 'reply' }>;
type Fault = Extract<WireReply, { kind: 'fault' }>;

/** What was asked and what came back, for people: without a text of the service, a URL or a token. */
export interface Seen {
  readonly call: Call;
  readonly status?: number;
  readonly code?: string;
  readonly fault?: Fault['fault'];
  readonly serviceRequestId?: string;
  readonly clientRequestId?: string;
}

/** What a call came to that did not succeed. */
export type Failure = (
  | { readonly kind: 'throttled'; readonly retryAfterMs?: number }
  /** It may have been done. `isBare`: a 400 without a code, which may also be a refusal that says nothing. */
  | { readonly kind: 'unclear'; readonly retryAfterMs?: number; readonly isBare?: true }
  | { readonly kind: 'notDone' } // it was not done and may be done later
  | { readonly kind: 'itemNotFound'; readonly mailbox?: true } // mailbox: it is not in Exchange Online
  | { readonly kind: 'refused'; readonly problem: Problem; readonly because: Reason | 'setting' }
  | { readonly kind: 'sessionGone' }
  | { readonly kind: 'wrongRange' }
  | { readonly kind: 'wrongWay' }
  | { readonly kind: 'hostRefused' }
  | { readonly kind: 'noStatus' }
  | { readonly kind: 'gone' }
) & {
  readonly requestId?: string; // Microsoft's
  readonly seen: Seen;
};
type Bare<F = Failure> = F extends Failure ? Omit<F, 'requestId' | 'seen'> : never;

/**
 * The meaning of an answer that is no success, of a success that could not be read, or of no answer.
 * `now`: ms since 1970, for a Retry-After that is a date.
 */
export function readFailure(call: Call, reply: WireReply, now: number): Failure {
  const seen = seenOf(call, reply);
  const requestId = seen.serviceRequestId;
  const bare = reply.kind === 'fault' ? readFault(call, reply) : readAnswer(call, reply, now);
  return requestId === undefined ? { ...bare, seen } : { ...bare, requestId, seen };
}

/** The end of an upload or delivery whose mailbox answered for minutes that it is not in Exchange Online. */
export const mailboxUnavailable = ({ seen }: Pick<Failure, 'seen'>): Problem =>
  problemOf('notOnline', shown(seen.status, seen.code));

/** After that the service is asked again, whatever it said: one odd answer must not hold a mailbox for a day. */
const longestWaitMs = minutes(60);

function readAnswer(call: Call, reply: Reply, now: number): Bare {
  const told = parseRetryAfter(reply.retryAfter, reply.date, now);
  const retryAfterMs = told === undefined ? undefined : Math.min(told, longestWaitMs);
  if (reply.status < 300) return unclear(retryAfterMs); // half an answer, or another one than was asked for
  const answer = answerOf(reply);
  const wait = floored(answer, retryAfterMs);
  const means = classify(call, answer);
  if (typeof means === 'object')
    return {
      kind: 'refused',
      problem: problemOf(means.refused, shown(reply.status, errorOf(reply).code)),
      because: means.refused,
    };
  if (means === 'unclear') {
    const isBare = reply.status === 400 && answer.codes.length === 0;
    return unclear(wait, isBare);
  }
  if (means === 'mailboxNotFound') return { kind: 'itemNotFound', mailbox: true };
  if (means !== 'throttled') return { kind: means };
  return wait === undefined ? { kind: 'throttled' } : { kind: 'throttled', retryAfterMs: wait };
}

function readFault(call: Call, fault: Fault): Bare {
  switch (fault.fault) {
    case 'reset':
    case 'timeout':
      return unclear(undefined);
    case 'noToken':
      return { kind: 'notDone' };
    case 'blocked':
      return { kind: 'refused', problem: blocked(call, fault.detail), because: 'setting' };
    case 'redirected':
      return { kind: 'refused', problem: redirected(call, fault.host), because: 'setting' };
  }
}

const unclear = (retryAfterMs: number | undefined, isBare = false): Bare => ({
  kind: 'unclear',
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  ...(isBare ? { isBare } : {}),
});

/** The window of incoming bytes moves by minutes: a shorter wait is of no use (docs/outlook-facts.md#throttling). */
function floored({ text }: Answer, retryAfterMs: number | undefined): number | undefined {
  return /IncomingBytes/i.test(text) ? Math.max(retryAfterMs ?? 0, minutes(1)) : retryAfterMs;
}

function seenOf(call: Call, reply: WireReply): Seen {
  const { clientRequestId } = reply;
  const ours = clientRequestId === undefined ? {} : { clientRequestId };
  if (reply.kind === 'fault') return { call, fault: reply.fault, ...ours };
  const { code } = errorOf(reply);
  return {
    call,
    status: reply.status,
    ...(code === undefined ? {} : { code }),
    ...(reply.requestId === undefined ? {} : { serviceRequestId: reply.requestId }),
    ...ours,
  };
}

const shown = (status: number | undefined, code: string | undefined): string =>
  [status, code].filter((part) => part !== undefined).join(' ') || 'no answer';

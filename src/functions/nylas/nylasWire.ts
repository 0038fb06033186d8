import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { faultBody, faultOf, faultOfRefusal, NylasError, NylasFamily, NylasFault } from '../../core/nylas/error';
import type { Grant } from '../../core/nylas/grant';
import { dependencies, Dependencies } from '../../dependencies';
import { isOfStorage, problemOf } from '../api/problems';
import { RouteName, routes } from '../api/routes';
import { Guarded, Handler, HttpDependencies, neverThrowing, register, Wire } from '../api/serve';
import { authorized } from './nylasAuth';

/** One call of the facade: who asks, for which mailbox, with which vocabulary of errors. */
export interface NylasRequest {
  readonly request: HttpRequest;
  readonly grant: Grant;
  readonly family: NylasFamily;
}
/** What a handler answers: `request_id` is added to the body and the headers here. */
export interface NylasReply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}
export type NylasHandler = (call: NylasRequest, deps: HttpDependencies) => Promise<NylasReply>;

/** Registers a handler at its route below /v3. The host asks for no key there: an empty 401 breaks Nylas' clients. */
export function serveNylas(name: Extract<RouteName, `nylas${string}`>, family: NylasFamily, handler: NylasHandler) {
  register(name, routes[name], guardedNylas(handler, family, dependencies));
}

/** A handler that never throws, and whose every answer is JSON with its request id. */
export function guardedNylas(handler: NylasHandler, family: NylasFamily, find: () => Dependencies): Guarded {
  const answer: Handler = async (request, deps, context) => {
    const grant = authorized(request, deps.settings, family);
    return response(await handler({ request, grant, family }, deps), context);
  };
  const refuse: Wire['refuse'] = (cause, _request, context) =>
    faultResponse(faultOfCause(cause, family, context), context);
  return neverThrowing({ answer, refuse }, find);
}

/** What was thrown, as a fault: a refusal as it is, anything else logged without secrets. */
export function faultOfCause(cause: unknown, family: NylasFamily, context: InvocationContext): NylasFault {
  if (cause instanceof NylasError) return cause.fault;
  const problem = problemOf(cause, context);
  // Nylas calls a storage that fails an internal error of its sessions
  return family === 'sessions' && isOfStorage(cause)
    ? faultOf(500, family, problem.detail)
    : faultOfRefusal(problem, family);
}

export const faultReply = (fault: NylasFault): NylasReply => ({
  status: fault.status,
  body: faultBody(fault),
  headers: fault.retryAfterSeconds === undefined ? {} : { 'retry-after': String(fault.retryAfterSeconds) },
});

export const faultResponse = (
  fault: NylasFault,
  context: Pick<InvocationContext, 'invocationId'>,
  headers: Readonly<Record<string, string>> = {},
): HttpResponseInit => {
  const reply = faultReply(fault);
  return response({ ...reply, headers: { ...reply.headers, ...headers } }, context);
};

function response(
  { status, body, headers }: NylasReply,
  { invocationId }: Pick<InvocationContext, 'invocationId'>,
): HttpResponseInit {
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-request-id': invocationId,
      ...headers,
    },
    body: JSON.stringify({ request_id: invocationId, ...body }),
  };
}

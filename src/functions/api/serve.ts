import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import type { Instances } from '../../core/job/ports';
import { UploadError } from '../../core/errors';
import { dependencies, Dependencies } from '../../dependencies';
import { notConfigured, problemOf, problemResponse } from './problems';
import { RouteName, routes } from './routes';

/** What a handler gets: the app's dependencies with the orchestrations of its own invocation. */
export type HttpDependencies = Omit<Dependencies, 'instances'> & { readonly instances: Instances };

export type Handler = (
  request: HttpRequest,
  deps: HttpDependencies,
  context: InvocationContext,
) => Promise<HttpResponseInit>;

export interface ServeOptions {
  /** Answers also while settings are wrong: it is what tells of them. */
  readonly whileNotConfigured?: boolean;
}

/** How a family of routes answers: what its handlers say, and what they throw. */
export interface Wire extends ServeOptions {
  readonly answer: Handler;
  readonly refuse: (cause: unknown, request: HttpRequest, context: InvocationContext) => HttpResponseInit;
}

/** Registers a handler at its route. */
export function serve(name: RouteName, handler: Handler, options: ServeOptions = {}): void {
  register(name, guarded(handler, options, dependencies));
}

/** A handler whose every fault is a problem. */
export const guarded = (answer: Handler, options: ServeOptions, find: () => Dependencies): Guarded =>
  neverThrowing({ ...options, answer, refuse: refuseWithProblem }, find);

const refuseWithProblem: Wire['refuse'] = (cause, request, context) =>
  problemResponse(problemOf(cause, context), request, context);

export type Guarded = (
  request: HttpRequest,
  client: df.DurableClient,
  context: InvocationContext,
) => Promise<HttpResponseInit>;

export function register(name: RouteName, handler: Guarded): void {
  const { method, route, authLevel } = routes[name];
  df.app.client.http(name, { route, methods: [method], authLevel, handler });
}

/** A handler that never throws: on the real host a throw is an empty 500, which tells the caller nothing. */
export function neverThrowing({ answer, refuse, whileNotConfigured }: Wire, find: () => Dependencies): Guarded {
  return async (request, client, context) => {
    try {
      const deps = find();
      if (deps.problems.length > 0 && !whileNotConfigured) throw new UploadError(notConfigured(deps.problems));
      return await answer(request, { ...deps, instances: deps.instances(client) }, context);
    } catch (cause) {
      return refuse(cause, request, context);
    }
  };
}

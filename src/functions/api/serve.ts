import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import type { Instances } from '../../core/job/ports';
import { Caller, Door, program } from '../../app/access/caller';
import { Log, logTo } from '../../app/log';
import { UploadError } from '../../core/errors';
import { dependencies, Dependencies } from '../../dependencies';
import { notConfigured, problemOf, problemResponse } from './problems';
import { Route, RouteName, routes } from './routes';
import { signedIn } from './signedIn';

/** What a handler gets: the app's dependencies with the orchestrations of its own invocation, and who calls. */
export type HttpDependencies = Omit<Dependencies, 'instances'> & {
  readonly instances: Instances;
  readonly caller: Caller;
  /** Of this invocation; specs may leave it out. */
  readonly log?: Log;
};

export type Handler = (
  request: HttpRequest,
  deps: HttpDependencies,
  context: InvocationContext,
) => Promise<HttpResponseInit>;

export interface ServeOptions {
  /** Answers also while settings are wrong: it is what tells of them. */
  readonly whileNotConfigured?: boolean;
  /** `/my` is for people who signed in; default: `/api`, for programs. */
  readonly door?: Door;
}

/** How a family of routes answers: what its handlers say, and what they throw. */
export interface Wire extends ServeOptions {
  readonly answer: Handler;
  readonly refuse: (cause: unknown, request: HttpRequest, context: InvocationContext) => HttpResponseInit;
}

/** Registers a handler at its route. */
export function serve(name: RouteName, handler: Handler, options: ServeOptions = {}): void {
  const route: Route = routes[name];
  register(name, route, guarded(handler, options, dependencies));
  if (route.my === undefined) return;
  const my: Route = { ...route, route: route.my, authLevel: 'anonymous' };
  register(
    `my${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    my,
    guarded(handler, { ...options, door: '/my' }, dependencies),
  );
}

/** A handler whose every fault is a problem. */
export const guarded = (answer: Handler, options: ServeOptions, find: () => Dependencies): Guarded =>
  neverThrowing({ ...options, answer, refuse: refuseWithProblem }, find);

const refuseWithProblem: Wire['refuse'] = (cause, request, context) => {
  const problem = problemOf(cause, context);
  const headers: Record<string, string> = problem.code === 'NotSignedIn' ? { 'www-authenticate': 'Bearer' } : {}; // RFC 9110, 15.5.2
  return problemResponse(problem, request, context, headers);
};

export type Guarded = (
  request: HttpRequest,
  client: df.DurableClient,
  context: InvocationContext,
) => Promise<HttpResponseInit>;

export function register(name: string, { method, route, authLevel }: Route, handler: Guarded): void {
  df.app.client.http(name, { route, methods: [method], authLevel, handler });
}

/** A handler that never throws: on the real host a throw is an empty 500, which tells the caller nothing. */
export function neverThrowing({ answer, refuse, whileNotConfigured, door }: Wire, find: () => Dependencies): Guarded {
  return async (request, client, context) => {
    try {
      const deps = find();
      if (deps.problems.length > 0 && !whileNotConfigured) throw new UploadError(notConfigured(deps.problems));
      const caller = door === '/my' ? signedIn(request, deps.settings) : program;
      return await answer(
        request,
        { ...deps, instances: deps.instances(client), caller, log: logTo(context) },
        context,
      );
    } catch (cause) {
      return refuse(cause, request, context);
    }
  };
}

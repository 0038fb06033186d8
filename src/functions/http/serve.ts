import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import type { Instances } from '../../core/ports';
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

/** Registers a handler at its route. */
export function serve(name: RouteName, handler: Handler, options: ServeOptions = {}): void {
  const { method, route, authLevel } = routes[name];
  df.app.client.http(name, { route, methods: [method], authLevel, handler: guarded(handler, options, dependencies) });
}

/** A handler that never throws: on the real host a throw is an empty 500, which tells the caller nothing. */
export function guarded(handler: Handler, options: ServeOptions, find: () => Dependencies) {
  return async (
    request: HttpRequest,
    client: df.DurableClient,
    context: InvocationContext,
  ): Promise<HttpResponseInit> => {
    try {
      const deps = find();
      if (deps.problems.length > 0 && !options.whileNotConfigured) {
        return problemResponse(notConfigured(deps.problems), request, context);
      }
      return await handler(request, { ...deps, instances: deps.instances(client) }, context);
    } catch (cause) {
      return problemResponse(problemOf(cause, context), request, context);
    }
  };
}

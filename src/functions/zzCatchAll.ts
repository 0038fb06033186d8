import { app, HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Problem } from '../core/uploadError';
import { pathOf, problemResponse } from './http/problems';
import { methodsOf } from './http/routes';

/**
 * What no route takes: 404, or 405 with `Allow`. The host tries routes in the order of the functions' names, not of
 * their specificity, and answers a wrong method with an empty 404 (facts): hence this name, and all methods.
 */
export async function zzCatchAll(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  const allowed = methodsOf(pathOf(request));
  return allowed.length === 0
    ? problemResponse(routeNotFound, request, context)
    : problemResponse(wrongMethod(request.method, allowed), request, context, { allow: allowed.join(', ') });
}

const routeNotFound: Problem = { code: 'RouteNotFound', detail: 'There is nothing at this path.' };

const wrongMethod = (method: string, allowed: readonly string[]): Problem => ({
  code: 'MethodNotAllowed',
  detail: `${method} is not for this path: it takes ${allowed.join(', ')}.`,
});

app.http('zzCatchAll', {
  route: '{*path}',
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'],
  authLevel: 'anonymous',
  handler: zzCatchAll,
});

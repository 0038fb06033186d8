import { app, HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { faultOfRefusal } from '../../core/nylas/error';
import type { Problem } from '../../core/errors';
import { pathOf, problemResponse } from './problems';
import { methodsOf } from './routes';
import { faultResponse } from '../nylas/nylasWire';

/**
 * What no route takes: 404, or 405 with `Allow`. The host tries routes in the order of the functions' names, not of
 * their specificity, and answers a wrong method with an empty 404 (facts): hence this name, and all methods.
 */
export async function zzCatchAll(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  const path = pathOf(request);
  const allowed = methodsOf(path);
  const [problem, headers] =
    allowed.length === 0 ? [routeNotFound, {}] : [wrongMethod(request.method, allowed), { allow: allowed.join(', ') }];
  return /^\/v3(\/|$)/i.test(path)
    ? faultResponse(faultOfRefusal(problem, 'mail'), context, headers)
    : problemResponse(problem, request, context, headers);
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

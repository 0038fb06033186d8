import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { doorOf } from '../../app/access/caller';
import { acceptUpload } from '../../app/intake/acceptUpload';
import { wantedAgain } from '../../app/intake/retryUpload';
import { readOptionalJson, smallBodyBytes } from './body';
import { check, faultsOf, refuseFaults } from './check';
import { accepted } from './conditionalGet';
import { idempotencyOf } from './idempotency';
import { joinAccepted, recordOfRoute, render } from './liveUpload';
import { askedBy, scopeOf } from './ofCaller';
import { retryBody } from './schemas';
import { HttpDependencies, serve } from './serve';

/** POST /api/uploads/{id}/retry: a failed or cancelled upload once more, as a new one of the same version of the blob. */
export async function retryUpload(request: HttpRequest, deps: HttpDependencies): Promise<HttpResponseInit> {
  const { caller } = deps;
  const json = await readOptionalJson(request, () => smallBodyBytes);
  const body = check(retryBody, json ?? {});
  const id = request.params['id'] ?? '';
  const idempotency = idempotencyOf(request, scopeOf(caller, 'POST', `uploads/${id}/retry`), json ?? {});
  refuseFaults([...faultsOf(body), ...faultsOf(idempotency)]);
  if (!body.ok || !idempotency.ok) throw new Error('unreachable: faults were thrown');
  const earlier = await recordOfRoute(id, deps, 'operate');
  const wanted = await wantedAgain(earlier, { ...body.value, ...askedBy(caller) }, deps);
  const { record, reused } = await acceptUpload(wanted, deps, idempotency.value);
  const upload = await joinAccepted(record, reused, deps);
  return accepted(render(upload, deps), `${doorOf(caller)}/uploads/${record.id}`, reused);
}

serve('retryUpload', retryUpload);

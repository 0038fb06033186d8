import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { HttpDependencies, serve } from './serve';
import { checkGraph, checkSettings, checkStorage } from './healthChecks';

/** GET /api/health/details: what works and what does not, with every problem of the settings by name. */
export async function healthDetails(_request: HttpRequest, deps: HttpDependencies): Promise<HttpResponseInit> {
  const [storage, graph] = await Promise.all([checkStorage(deps), checkGraph(deps)]);
  const checks = { settings: checkSettings(deps), storage, graph };
  const ok = Object.values(checks).every(({ status }) => status === 'ok');
  return {
    status: ok ? 200 : 503,
    headers: { 'cache-control': 'no-store' },
    jsonBody: { status: ok ? 'ok' : 'failing', checks },
  };
}

serve('healthDetails', healthDetails, { whileNotConfigured: true });

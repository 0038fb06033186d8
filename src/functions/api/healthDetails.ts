import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { HttpDependencies, serve } from './serve';
import { waitingUploads } from './waitingUploads';
import { checkGraph, checkSettings, checkStorage } from './healthChecks';

/** GET /api/health/details: what works and what does not, every problem of the settings by name, and what waits. */
export async function healthDetails(_request: HttpRequest, deps: HttpDependencies): Promise<HttpResponseInit> {
  const [storage, graph, uploads] = await Promise.all([
    checkStorage(deps),
    checkGraph(deps),
    waitingUploads(deps).catch(() => null), // then storage is failing
  ]);
  const checks = { settings: checkSettings(deps), storage, graph };
  const ok = Object.values(checks).every(({ status }) => status === 'ok');
  return {
    status: ok ? 200 : 503,
    headers: { 'cache-control': 'no-store' },
    jsonBody: { status: ok ? 'ok' : 'failing', checks, uploads },
  };
}

serve('healthDetails', healthDetails, { whileNotConfigured: true });

import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { HttpDependencies, serve } from './serve';
import { checkSettings, recentStorage } from './healthChecks';

/** GET /api/health, for probes: whether this app can take uploads, as of the last 5 s. What the matter is, only /details tells. */
export async function health(_request: HttpRequest, deps: HttpDependencies): Promise<HttpResponseInit> {
  const ok = checkSettings(deps).status === 'ok' && (await recentStorage(deps)).status === 'ok';
  return {
    status: ok ? 200 : 503,
    headers: { 'cache-control': 'no-store' },
    jsonBody: { status: ok ? 'ok' : 'failing' },
  };
}

serve('health', health, { whileNotConfigured: true });

import { health } from '../../src/functions/api/health';
import { healthDetails } from '../../src/functions/api/healthDetails';
import { httpRequest, jsonOf, world } from './support/world';

const asked = httpRequest({ path: '/api/health' });

describe('health', () => {
  it('is ok where settings are right and storage answers, whatever Graph does', async () => {
    const { deps } = world();
    Object.assign(deps, { graphCheck: async () => 'No token for Microsoft Graph.' });
    const response = await health(asked, deps);
    expect([response.status, jsonOf(response)]).toEqual([200, { status: 'ok' }]);
    expect(await healthDetails(asked, deps)).toMatchObject({
      status: 503,
      jsonBody: {
        status: 'failing',
        checks: {
          settings: { status: 'ok' },
          storage: { status: 'ok' },
          graph: { status: 'failing', detail: 'No token for Microsoft Graph.' },
        },
      },
    });
  });

  it('is failing where settings are wrong, and the details name every problem', async () => {
    const { deps } = world();
    const problems = [
      { name: 'RANGE_SIZE', detail: 'a' },
      { name: 'AzureWebJobsStorage', detail: 'b' },
    ];
    Object.assign(deps, { problems });
    expect(await health(asked, deps)).toMatchObject({ status: 503, jsonBody: { status: 'failing' } });
    expect(await healthDetails(asked, deps)).toMatchObject({
      status: 503,
      jsonBody: { checks: { settings: { problems }, storage: { status: 'failing' }, graph: { status: 'ok' } } },
    });
  });

  it('is failing where either storage gives no answer', async () => {
    const { deps } = world();
    deps.blobs.head = async () => ({ kind: 'unreachable' });
    expect((await health(asked, deps)).status).toBe(503);
    const other = world().deps;
    other.records.list = () => Promise.reject(new Error('away'));
    expect((await health(asked, other)).status).toBe(503);
  });
});

import { health } from '../../src/functions/api/health';
import { healthDetails } from '../../src/functions/api/healthDetails';
import { activeRecord, ended } from './support/sampleRecord';
import { httpRequest, jsonOf, world } from './support/world';

const request = httpRequest({ path: '/api/health' });

describe('health', () => {
  it('is ok where settings are right and storage answers, whatever Graph does', async () => {
    const { deps } = world();
    Object.assign(deps, { graphCheck: async () => 'No token for Microsoft Graph.' });
    const response = await health(request, deps);
    expect([response.status, jsonOf(response)]).toEqual([200, { status: 'ok' }]);
    expect(await healthDetails(request, deps)).toMatchObject({
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
    expect(await health(request, deps)).toMatchObject({ status: 503, jsonBody: { status: 'failing' } });
    expect(await healthDetails(request, deps)).toMatchObject({
      status: 503,
      jsonBody: { checks: { settings: { problems }, storage: { status: 'failing' }, graph: { status: 'ok' } } },
    });
  });

  it('is failing where either storage gives no answer', async () => {
    const { deps } = world();
    deps.blobs.head = async () => ({ kind: 'unreachable' });
    expect((await health(request, deps)).status).toBe(503);
    const other = world().deps;
    other.records.list = () => Promise.reject(new Error('away'));
    expect((await health(request, other)).status).toBe(503);
  });

  it('asks storage at most every 5 s for probes', async () => {
    const w = world();
    let asked = 0;
    w.deps.blobs.head = async () => ((asked += 1), { kind: 'missing' });
    for (let n = 0; n < 3; n++) await health(request, w.deps);
    expect(asked).toBe(1);
    w.later(5_001);
    await health(request, w.deps);
    expect(asked).toBe(2);
  });

  it('tells how many uploads wait, for what, and since when', async () => {
    const w = world();
    const now = w.deps.clock();
    const waits = [
      ['mailbox', 300],
      ['mailbox', 60],
      ['throttled', 20],
      [undefined, 10],
    ] as const;
    for (const [waitingFor, seconds] of waits) {
      const id = w.deps.newId();
      await w.records.insert(activeRecord(id, { createdAt: now - seconds * 1000 }));
      w.runs(id, waitingFor ? { status: 'waiting', waitingFor } : {});
    }
    await w.records.insert(ended(activeRecord(w.deps.newId()), 'succeeded', now));
    expect(jsonOf(await healthDetails(request, w.deps))['uploads']).toEqual({
      active: 4,
      oldestSeconds: 300,
      waiting: {
        mailbox: { uploads: 2, oldestSeconds: 300 },
        throttled: { uploads: 1, oldestSeconds: 20 },
      },
      asked: 4,
    });
  });

  it('asks Graph for a mailbox that the settings name, or else for the one of the newest upload', async () => {
    const asked: (string | undefined)[] = [];
    const graphCheck = async (mailbox?: { text: string }) => (asked.push(mailbox?.text), undefined);
    const named = world({ allowedMailboxes: ['*@contoso.com', 'megan@contoso.com'] }).deps;
    const patterns = world({ allowedMailboxes: ['*@contoso.com'] });
    await healthDetails(request, Object.assign(named, { graphCheck }));
    await healthDetails(request, Object.assign(patterns.deps, { graphCheck }));
    await patterns.records.insert(activeRecord(patterns.deps.newId()));
    await healthDetails(request, patterns.deps);
    expect(asked.map((text) => text && decodeURIComponent(text))).toEqual([
      'users/megan@contoso.com',
      undefined,
      'users/megan@contoso.com',
    ]);
  });
});

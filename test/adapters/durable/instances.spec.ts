import type { DurableClient } from 'durable-functions';
import { createServer, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { durableInstances } from '../../../src/adapters/durable/instances';

/** The library's own client; it has no types where it lies. */
const library = jest.requireActual<{ DurableClient: new (data: unknown) => DurableClient }>(
  'durable-functions/lib/src/durableClient/DurableClient',
);

/** Against a host that answers what the script says, by method and end of path. */
describe('orchestrations through the durable client', () => {
  let server: Server;
  let answers: Record<string, [status: number, json?: unknown]>;
  let asked: string[];
  beforeEach(async () => {
    [answers, asked] = [{}, []];
    server = createServer((request, response) => {
      const call = `${request.method ?? ''} ${(request.url ?? '').split('/').slice(2).join('/')}`;
      asked.push(call);
      const [status, json] = answers[call] ?? [404, {}];
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json ?? null));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  const instances = () => {
    const rpcBaseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/durabletask/`;
    const data = { rpcBaseUrl, taskHubName: 'hub', creationUrls: {}, managementUrls: { id: 'INSTANCEID' } };
    return durableInstances(new library.DurableClient(data));
  };
  const running = { name: 'attachFile', instanceId: 'u1', runtimeStatus: 'Running', input: null, output: null };
  const known = {
    ...running,
    customStatus: { status: 'running' },
    createdTime: '2026-11-22',
    lastUpdatedTime: '2026-11-22',
  };

  it('knows no status of an unknown instance, and tells a fault of the host', async () => {
    expect(await instances().status('u1')).toBeUndefined();
    answers['GET instances/u1'] = [200, known];
    expect(await instances().status('u1')).toEqual({
      runtimeStatus: 'Running',
      customStatus: { status: 'running' },
      createdAt: Date.parse('2026-11-22'),
    });
    answers['GET instances/u1'] = [500, { Message: 'x' }];
    await expect(instances().status('u1')).rejects.toThrow();
  });

  it('takes a start over a running instance as done, and a start that failed as failed', async () => {
    answers['POST orchestrators/attachFile/u1'] = [409, 'already exists'];
    await expect(instances().start('attachFile', 'u1', { id: 'u1' })).rejects.toThrow();
    answers['GET instances/u1'] = [200, known];
    await instances().start('attachFile', 'u1', { id: 'u1' });
    expect(asked.filter((call) => call.startsWith('POST'))).toHaveLength(2);
  });

  describe('sweeps an entity', () => {
    const at = Date.parse('2026-11-22T12:00:00Z');
    const entityRow = (updatedAt: number) => ({
      ...known,
      instanceId: '@mailboxpacer@k1',
      lastUpdatedTime: new Date(updatedAt).toISOString(),
    });
    const minute = 60_000;
    const sweep = () => instances().sweepEntity('mailboxPacer', 'k1', at);
    const signalled = () => asked.includes('POST entities/mailboxPacer/k1?op=sweep');
    const purged = () => asked.includes('DELETE instances/@mailboxpacer@k1');

    it.each<[string, { state: boolean; row?: number }, { left: 'done' | 'later'; signals: boolean; purges: boolean }]>([
      ['that is not there', { state: false }, { left: 'done', signals: false, purges: false }],
      ['with a state and no row of its own', { state: true }, { left: 'done', signals: true, purges: false }],
      ['in use', { state: true, row: 5 * minute }, { left: 'done', signals: true, purges: false }],
      ['long unused', { state: true, row: 60 * minute }, { left: 'later', signals: true, purges: false }],
      ['that went lately', { state: false, row: 30 * minute }, { left: 'later', signals: false, purges: false }],
      ['that went long ago', { state: false, row: 60 * minute }, { left: 'done', signals: false, purges: true }],
    ])('%s', async (_title, { state, row }, { left, signals, purges }) => {
      if (state) answers['GET entities/mailboxPacer/k1'] = [200, { active: [] }];
      if (row !== undefined) answers['GET instances/@mailboxpacer@k1'] = [200, entityRow(at - row)];
      answers['POST entities/mailboxPacer/k1?op=sweep'] = [202];
      answers['DELETE instances/@mailboxpacer@k1'] = [200, { instancesDeleted: 1 }];
      expect([await sweep(), signalled(), purged()]).toEqual([left, signals, purges]);
    });

    it('and tells a fault of the host', async () => {
      answers['GET entities/mailboxPacer/k1'] = [500, {}];
      await expect(sweep()).rejects.toThrow();
    });
  });

  it('signals an entity with its input', async () => {
    answers['POST entities/mailbox/k1?op=release'] = [202];
    await instances().signalEntity('mailbox', 'k1', 'release', { id: 'u1' });
    expect(asked).toContain('POST entities/mailbox/k1?op=release');
  });

  it('takes an event to an unknown instance as heard by nobody', async () => {
    await instances().raise('u1', 'cancelRequested', null);
    expect(asked).toContain('POST instances/u1/raiseEvent/cancelRequested');
    answers['POST instances/u1/raiseEvent/cancelRequested'] = [500, {}];
    answers['GET instances/u1'] = [200, known];
    await expect(instances().raise('u1', 'cancelRequested', null)).rejects.toThrow();
  });
});

import type { DurableClient } from 'durable-functions';
import { createServer, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { durableInstances } from '../../src/adapters/durableInstances';

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
    expect(await instances().status('u1')).toEqual({ runtimeStatus: 'Running', customStatus: { status: 'running' } });
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

  it('takes an event to an unknown instance as heard by nobody', async () => {
    await instances().raise('u1', 'cancelRequested', null);
    expect(asked).toContain('POST instances/u1/raiseEvent/cancelRequested');
    answers['POST instances/u1/raiseEvent/cancelRequested'] = [500, {}];
    answers['GET instances/u1'] = [200, known];
    await expect(instances().raise('u1', 'cancelRequested', null)).rejects.toThrow();
  });
});

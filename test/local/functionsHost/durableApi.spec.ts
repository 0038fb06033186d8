import { writeFileSync } from 'node:fs';
import { HostUnderTest, poll } from './hostUnderTest';

const host = new HostUnderTest();
const hooks = '/runtime/webhooks/durabletask';
beforeAll(() => host.start());

const post = (path: string, body?: string): Promise<Response> => host.fetch(hooks + path, { method: 'POST', body });
const waiting = { names: ['Go'], seconds: 600 };

describe('starting', () => {
  it('over an active instance is refused with its status', async () => {
    await host.begin('waiter', 'active', waiting);
    await poll(async () => (await host.status('active')).runtimeStatus === 'Running' || undefined);
    const message = 'An Orchestration instance with the status Running already exists.';
    await expect(host.begin('chain', 'active', { steps: 1 })).rejects.toThrow(message);
    expect((await post('/orchestrators/chain/active', '{}')).status).toBe(409);
  });

  it('over a completed or failed one replaces it', async () => {
    await host.run('wordy', 'replaced', 3);
    expect(await host.run('failing', 'replaced', 'x')).toMatchObject({ runtimeStatus: 'Failed', customStatus: null });
    expect(await host.run('chain', 'replaced', { steps: 2 })).toMatchObject({ output: 2, input: { steps: 2 } });
  });

  it('over a terminated one replaces it; what the first still runs is not taken for an answer of the second', async () => {
    const note = (line: string) => ({ file: host.file('again'), line, held: { until: host.file(`${line} may end`) } });
    await host.begin('held', 'again', note('first'));
    await host.untilLine('again', 'begin first');
    await host.client('terminate', 'again', 'enough');
    expect(await host.finished('again')).toMatchObject({ runtimeStatus: 'Terminated' });
    await host.begin('held', 'again', note('second'));
    await host.untilLine('again', 'begin second');
    writeFileSync(host.file('first may end'), '');
    await host.untilLine('again', 'end first');
    await host.client('raiseEvent', 'again', 'Go');
    expect(await host.status('again')).toMatchObject({ runtimeStatus: 'Running' });
    writeFileSync(host.file('second may end'), '');
    expect(await host.finished('again')).toMatchObject({ output: 'second' });
  });

  // that both are accepted cannot be forced from outside: hub.spec.ts shows it
  it('twice at the same instant is never refused twice, and one runs', async () => {
    for (let trial = 0; trial < 5; trial++) {
      const id = `race${trial}`;
      const start = (line: string): Promise<number> =>
        post(`/orchestrators/held/${id}`, JSON.stringify({ file: host.file(id), line })).then(({ status }) => status);
      const statuses = (await Promise.all([start('x'), start('y')])).sort();
      expect([
        [202, 202],
        [202, 409],
      ]).toContainEqual(statuses);
      expect((await post(`/instances/${id}/raiseEvent/Go`, '1')).status).toBe(202);
      const { output } = await host.finished(id);
      expect(host.lines(id)).toEqual([`begin ${String(output)}`, `end ${String(output)}`]);
    }
  });

  it('makes an id where none is given', async () => {
    const response = await post('/orchestrators/chain', '{"steps":1}');
    const { id, statusQueryGetUri } = (await response.json()) as { id: string; statusQueryGetUri: string };
    expect(response.headers.get('location')).toBe(statusQueryGetUri);
    expect(await host.finished(id)).toMatchObject({ output: 1 });
  });

  it('gives links that work', async () => {
    const response = await host.fetch('/start/waiter', { method: 'POST' });
    expect(response.status).toBe(202);
    const links = (await response.json()) as { id: string; statusQueryGetUri: string; terminatePostUri: string };
    expect((await fetch(links.statusQueryGetUri)).ok).toBe(true);
  });
});

describe('the status', () => {
  it('is 202 while it runs and 200 when it has ended, also failed', async () => {
    await host.begin('waiter', 'shown', waiting);
    const running = await host.fetch(`${hooks}/instances/shown`);
    expect([running.status, running.headers.get('retry-after')]).toEqual([202, '5']);
    await host.run('failing', 'shownFailed');
    expect((await host.fetch(`${hooks}/instances/shownFailed`)).status).toBe(200);
    expect((await host.fetch(`${hooks}/instances/shownFailed?returnInternalServerErrorOnFailure=true`)).status).toBe(
      500,
    );
  });

  it('of an unknown instance is 404, and the client throws', async () => {
    expect((await host.fetch(`${hooks}/instances/none`)).status).toBe(404);
    await expect(host.status('none')).rejects.toThrow('HTTP 404');
  });

  it('shows the history on demand', async () => {
    await host.run('chain', 'history', { steps: 1 });
    const response = await host.fetch(
      `${hooks}/instances/history?showHistory=true&showHistoryOutput=true&showInput=false`,
    );
    const { historyEvents, input } = (await response.json()) as { historyEvents: object[]; input: unknown };
    expect(input).toBeNull();
    expect(historyEvents).toMatchObject([
      { EventType: 'ExecutionStarted', FunctionName: 'chain' },
      { EventType: 'TaskCompleted', FunctionName: 'noop', Result: null },
      { EventType: 'ExecutionCompleted', Result: 1 },
    ]);
  });
});

describe('events', () => {
  it('for an unknown instance are 404, for a finished one 410, and not JSON 400', async () => {
    await host.run('chain', 'over', { steps: 1 });
    expect((await post('/instances/none/raiseEvent/Go', '1')).status).toBe(404);
    expect((await post('/instances/over/raiseEvent/Go', '1')).status).toBe(410);
    expect((await post('/instances/over/raiseEvent/Go', 'x')).status).toBe(400);
    await expect(host.client('raiseEvent', 'none', 'Go', 1)).rejects.toThrow('No instance');
    await expect(host.client('raiseEvent', 'over', 'Go', 1)).resolves.toBeNull();
  });
});

describe('an instance', () => {
  it('is terminated without cleanup, and what it runs is not stopped', async () => {
    await host.begin('cancellable', 'terminated', { file: host.file('terminated'), steps: 3, delayMs: 200 });
    await host.untilLine('terminated', 'begin put 0');
    await host.client('terminate', 'terminated', 'enough');
    expect(await host.finished('terminated')).toMatchObject({ runtimeStatus: 'Terminated', output: 'enough' });
    await host.untilLine('terminated', 'end put 0');
    expect(host.lines('terminated')).not.toContain('begin undo');
  });

  it('does nothing while it is suspended, and goes on when it is resumed', async () => {
    await host.begin('waiter', 'suspended', waiting);
    await poll(async () => (await host.status('suspended')).runtimeStatus === 'Running' || undefined);
    await host.client('suspend', 'suspended', 'wait');
    await host.client('raiseEvent', 'suspended', 'Go', 1);
    await host.run('chain', 'meanwhile', { steps: 3 });
    expect(await host.status('suspended')).toMatchObject({ runtimeStatus: 'Suspended' });
    await host.client('resume', 'suspended', 'go on');
    expect(await host.finished('suspended')).toMatchObject({ output: { got: [1] } });
  });

  it('is terminated also while it is suspended', async () => {
    await host.begin('waiter', 'both', waiting);
    await host.client('suspend', 'both', 'wait');
    await host.client('terminate', 'both', 'enough');
    expect(await host.finished('both')).toMatchObject({ runtimeStatus: 'Terminated' });
  });

  it('that is suspended is not suspended again, and one that runs is not resumed: 500, and the client throws', async () => {
    const refused = (verb: string, id: string, state: string): object => ({
      Message: 'Something went wrong while processing your request',
      ExceptionMessage: `Cannot ${verb} the orchestration instance ${id} because instance is in the ${state} state.`,
      ExceptionType: 'System.InvalidOperationException',
    });
    await host.begin('waiter', 'twice', waiting);
    await poll(async () => (await host.status('twice')).runtimeStatus === 'Running' || undefined);
    const resumed = await post('/instances/twice/resume');
    expect([resumed.status, await resumed.json()]).toEqual([500, refused('resume', 'twice', 'Running')]);
    await host.client('suspend', 'twice', 'wait');
    const suspended = await post('/instances/twice/suspend');
    expect([suspended.status, await suspended.json()]).toEqual([500, refused('suspend', 'twice', 'Suspended')]);
    await expect(host.client('suspend', 'twice', 'wait')).rejects.toThrow('unexpected status code: 500');
    await host.client('resume', 'twice', 'go on');
    await expect(host.client('resume', 'twice', 'go on')).rejects.toThrow('unexpected status code: 500');
    await host.untilLogged('Cannot suspend orchestration instance in the Suspended state. InstanceId: twice.');
  });

  it('cannot be rewound', async () => {
    await host.run('failing', 'rewound');
    await expect(host.client('rewind', 'rewound', 'again')).rejects.toThrow('not supported');
  });

  it('is purged when it has ended, and only then', async () => {
    await host.run('chain', 'purged', { steps: 1 });
    await host.begin('waiter', 'kept', waiting);
    expect(await host.client('purgeInstanceHistory', 'purged')).toEqual({ instancesDeleted: 1 });
    expect(await host.client('purgeInstanceHistory', 'purged')).toEqual({ instancesDeleted: 0 });
    const kept = await host.fetch(`${hooks}/instances/kept`, { method: 'DELETE' });
    expect([kept.status, await kept.json()]).toEqual([
      412,
      expect.stringMatching(/with instance ID kept has status (Pending|Running)$/),
    ]);
    await expect(host.client('purgeInstanceHistory', 'kept')).rejects.toThrow('412');
    await expect(host.status('purged')).rejects.toThrow('HTTP 404');
  });
});

describe('queries', () => {
  const queried = new HostUnderTest();
  beforeAll(async () => {
    await queried.start();
    const ids = Array.from({ length: 120 }, (_, index) => `q${String(index).padStart(3, '0')}`);
    await Promise.all(ids.map((id) => queried.begin('chain', id, { steps: 0 })));
    const unfinished = () => queried.client<unknown[]>('getStatusBy', { runtimeStatus: ['Running', 'Pending'] });
    await poll(async () => (await unfinished()).length === 0 || undefined);
    await queried.begin('waiter', 'running', waiting);
  });
  type Ids = { instanceId: string }[];

  it('page by 100 in order of id', async () => {
    const first = await queried.fetch(`${hooks}/instances`);
    const token = first.headers.get('x-ms-continuation-token') ?? '';
    const second = await queried.fetch(`${hooks}/instances`, { headers: { 'x-ms-continuation-token': token } });
    const ids = [...((await first.json()) as Ids), ...((await second.json()) as Ids)].map(
      ({ instanceId }) => instanceId,
    );
    expect(ids).toHaveLength(121);
    expect(ids).toEqual([...ids].sort());
    expect(second.headers.get('x-ms-continuation-token')).toBeNull();
  });

  it('filter by prefix, state and number', async () => {
    const ids = (await (await queried.fetch(`${hooks}/instances?instanceIdPrefix=q01&top=3`)).json()) as Ids;
    expect(ids.map(({ instanceId }) => instanceId)).toEqual(['q010', 'q011', 'q012']);
    expect(await queried.client<Ids>('getStatusBy', { runtimeStatus: ['Running', 'Pending'] })).toMatchObject([
      { instanceId: 'running' },
    ]);
    expect(await queried.client<Ids>('getStatusAll')).toHaveLength(121);
  });

  it('purge by filter leaves what runs', async () => {
    const filter = { createdTimeFrom: '2020-01-01T00:00:00Z', runtimeStatus: ['Completed'] };
    expect(await queried.client('purgeInstanceHistoryBy', filter)).toEqual({ instancesDeleted: 120 });
    expect(await queried.client<Ids>('getStatusAll')).toMatchObject([{ instanceId: 'running' }]);
    expect((await queried.fetch(`${hooks}/instances`, { method: 'DELETE' })).status).toBe(400);
  });

  it('purge by filter without a final state removes also what runs, as in Azure', async () => {
    const filter = { createdTimeFrom: '2020-01-01T00:00:00Z', runtimeStatus: ['Running'] };
    expect(await queried.client('purgeInstanceHistoryBy', filter)).toEqual({ instancesDeleted: 1 });
    expect(await queried.client<Ids>('getStatusAll')).toEqual([]);
  });
});

describe('durable state that is deleted while the app runs', () => {
  const wiped = new HostUnderTest();
  beforeAll(() => wiped.start());
  const wipe = async (): Promise<number> =>
    (await wiped.fetch('/admin/host/durableState', { method: 'DELETE' })).status;

  it('takes instances, timers, events and entities with it, and what still runs answers nobody', async () => {
    const held = { until: wiped.file('may end') };
    await wiped.begin('notes', 'running', { file: wiped.file('running'), lines: ['old'], held });
    await wiped.begin('waiter', 'waits', waiting);
    await wiped.client('signalEntity', { entity: ['Counter', 'wiped'] }, 'add', 3);
    await wiped.untilLine('running', 'begin old');
    expect(await wipe()).toBe(204);
    expect(await wiped.client('getStatusAll')).toEqual([]);
    await expect(wiped.client('raiseEvent', 'waits', 'Go')).rejects.toThrow('No instance');
    expect(await wiped.client('readEntityState', { entity: ['Counter', 'wiped'] })).toMatchObject({
      entityExists: false,
    });

    const again = { file: wiped.file('running'), line: 'new', held: { until: wiped.file('new may end') } };
    await wiped.begin('held', 'running', again);
    await wiped.untilLine('running', 'begin new');
    writeFileSync(held.until, '');
    await wiped.untilLine('running', 'end old');
    await wiped.client('raiseEvent', 'running', 'Go');
    writeFileSync(wiped.file('new may end'), '');
    expect(await wiped.finished('running')).toMatchObject({ runtimeStatus: 'Completed', output: 'new' });
  });
});

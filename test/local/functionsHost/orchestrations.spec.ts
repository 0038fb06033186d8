import { writeFileSync } from 'node:fs';
import { HostUnderTest, poll } from './hostUnderTest';

const host = new HostUnderTest();
beforeAll(() => host.start());

describe('an orchestration', () => {
  it('runs its activities one after another', async () => {
    expect(await host.run('chain', 'chain', { steps: 5 })).toMatchObject({
      runtimeStatus: 'Completed',
      output: 5,
      input: { steps: 5 },
    });
  });

  it('passes inputs and results as JSON, strings unchanged', async () => {
    const { output } = await host.run('inputs', 'inputs', 'a string');
    expect(output).toEqual({
      echoed: ['text', '7', 7, 1.5, true, null, { a: [1] }, ''],
      input: 'a string',
      version: '1.0',
    });
  });

  it('runs a fan-out in parallel', async () => {
    expect(await host.run('fanOut', 'fanOut', [1, 2, 3])).toMatchObject({ output: [1, 2, 3] });
  });

  it('fails with the text of an activity that failed', async () => {
    const { runtimeStatus, output } = await host.run('failing', 'failing', 'this');
    expect(runtimeStatus).toBe('Failed');
    expect(output).toMatch(/^Orchestrator function 'failing' failed: Activity function 'fail' failed: failed on this/);
  });

  it('may catch that failure and go on', async () => {
    const { output } = await host.run('caught', 'caught');
    expect(output).toEqual({ caught: expect.stringContaining('failed on x'), after: 'after' });
  });

  it('retries, and reports the failure after the last attempt', async () => {
    const { output } = await host.run('retried', 'retried', { interval: 1000, attempts: 3 });
    expect(output).toMatchObject({ message: expect.stringContaining('failed on again'), next: 'next' });
  });

  // Timers may be late, never more than a second early; to the millisecond: hub.spec.ts.
  it('waits longer from retry to retry, also after the last attempt', async () => {
    const { output } = await host.run('retried', 'backoff', { interval: 1500, attempts: 2, coefficient: 2 });
    expect((output as { tookMs: number }).tookMs).toBeGreaterThanOrEqual(500 + 2000);
  });

  it('has timers that fire at most a second early', async () => {
    expect((await host.run('timer', 'timer', 2)).output).toBeGreaterThanOrEqual(1000);
  });

  it('does not end before a timer that nobody cancelled', async () => {
    await host.begin('waiter', 'uncancelled', { names: ['Go'], seconds: 3, cancel: false });
    await host.client('raiseEvent', 'uncancelled', 'Go', 1);
    const { output, createdTime, lastUpdatedTime } = await host.finished('uncancelled');
    expect(output).toEqual({ got: [1] });
    expect(Date.parse(lastUpdatedTime) - Date.parse(createdTime)).toBeGreaterThanOrEqual(1000);
  });

  it('ends at once when its timers are cancelled, however long they are', async () => {
    await host.begin('waiter', 'cancelledTimer', { names: ['Go', 'On'], seconds: 10 * 86_400 });
    await host.client('raiseEvent', 'cancelledTimer', 'Go', { a: 1 });
    await host.client('raiseEvent', 'cancelledTimer', 'On', 'text');
    expect(await host.finished('cancelledTimer')).toMatchObject({ output: { got: [{ a: 1 }, 'text'] } });
  });

  it('keeps events that come early, also in another order', async () => {
    await host.begin('waiter', 'early', { names: ['A', 'B'], seconds: 60 });
    await host.client('raiseEvent', 'early', 'B', 2);
    await host.client('raiseEvent', 'early', 'A', 1);
    expect(await host.finished('early')).toMatchObject({ output: { got: [1, 2] } });
  });

  it('does not react to an event in the wrong case', async () => {
    await host.begin('waiter', 'case', { names: ['Go'], seconds: 60 });
    await host.client('raiseEvent', 'case', 'go', 1);
    await host.client('raiseEvent', 'case', 'Go', 2);
    expect(await host.finished('case')).toMatchObject({ output: { got: [2] } });
  });

  it('lets the step under way settle when it is cancelled by an event', async () => {
    const held = { line: 'put 1', until: host.file('cancelAsked') };
    await host.begin('cancellable', 'cancellable', { file: host.file('cancel'), steps: 5, held });
    await host.untilLine('cancel', 'begin put 1');
    await host.client('raiseEvent', 'cancellable', 'Cancel');
    writeFileSync(held.until, '');
    expect(await host.finished('cancellable')).toMatchObject({ output: 'cancelled' });
    expect(host.lines('cancel')).toEqual([
      'begin put 0',
      'end put 0',
      'begin put 1',
      'end put 1',
      'begin undo',
      'end undo',
    ]);
  });

  it('starts over by continueAsNew', async () => {
    await host.begin('again', 'again', { round: 1, until: 3 });
    for (let round = 1; round <= 3; round++) {
      await poll(async () => ((await host.status('again')).input as { round: number }).round === round || undefined);
      await host.client('raiseEvent', 'again', 'go', round);
    }
    expect(await host.finished('again')).toMatchObject({ output: { round: 3, event: 3 } });
  });

  it('begins a new history by continueAsNew: same id, created anew, unread events lost, custom status kept for a step', async () => {
    const seen = async (event: string): Promise<void> => {
      const path = '/runtime/webhooks/durabletask/instances/generations?showHistory=true';
      type History = { historyEvents: { EventType: string; FunctionName?: string }[] };
      await poll(async () => {
        const { historyEvents } = (await (await host.fetch(path)).json()) as History;
        return historyEvents.some(({ FunctionName }) => FunctionName === event) || undefined;
      });
    };
    await host.begin('generations', 'generations', { generation: 1 });
    await host.client('raiseEvent', 'generations', 'second', 'for the first generation');
    await seen('second');
    const { createdTime } = await host.status('generations');
    await host.client('raiseEvent', 'generations', 'first', 1);
    await poll(
      async () => ((await host.status('generations')).input as { generation: number }).generation === 2 || undefined,
    );
    const second = await host.status('generations');
    expect(second).toMatchObject({ runtimeStatus: 'Running', customStatus: 'of the first' });
    expect(Date.parse(second.createdTime)).toBeGreaterThan(Date.parse(createdTime));
    await host.client('raiseEvent', 'generations', 'second', 2);
    await poll(async () => (await host.status('generations')).customStatus === null || undefined);
    await host.client('raiseEvent', 'generations', 'third', 3);
    expect(await host.finished('generations')).toMatchObject({ output: { second: 2, third: 3 } });
  });

  it('tells a custom status of up to 16 KB as UTF-16, and fails above it', async () => {
    expect(await host.run('wordy', 'wordy', 8190)).toMatchObject({
      runtimeStatus: 'Completed',
      customStatus: 'x'.repeat(8190),
    });
    expect(await host.run('wordy', 'tooWordy', 8191)).toMatchObject({
      runtimeStatus: 'Failed',
      output: expect.stringContaining('16 KB'),
    });
  });

  // the words of the extension, and nothing before them
  it.each([
    ['otherActivity', `instead scheduled an activity task named 'echoInput' with this sequence number`],
    ['timer', 'instead produced a CreateTimerOrchestratorAction action with this sequence number'],
    ['entity', `hasn't (yet?) scheduled this task`], // the library itself throws
    ['event', `hasn't (yet?) scheduled this task`],
  ])('whose history holds an activity where it now has %s fails as non-deterministic', async (then, words) => {
    const { runtimeStatus, output } = await host.run('fickle', `fickle ${then}`, { file: host.file(then), then });
    expect(runtimeStatus).toBe('Failed');
    const before = `A previous execution of this orchestration scheduled an activity task with sequence ID 0 and name 'noop'`;
    expect(String(output).startsWith(`Non-Deterministic workflow detected: ${before}, but the current`)).toBe(true);
    expect(output).toContain(words);
  });

  it.each([
    ['callsHttp', 'does not support'],
    ['callsNobody', `The function 'nobody' doesn't exist`],
    ['nobody', `The function 'nobody' doesn't exist`],
  ])('fails when it asks for what is not there: %s', async (name, message) => {
    expect(await host.run(name, name)).toMatchObject({
      runtimeStatus: 'Failed',
      output: expect.stringContaining(message),
    });
  });
});

describe('a sub-orchestration', () => {
  it('answers its parent', async () => {
    const parent = { name: 'chain', input: { steps: 2 }, id: 'aChild' };
    expect(await host.run('parent', 'parent', parent)).toMatchObject({ output: { child: 2 } });
    expect(await host.status('aChild')).toMatchObject({ runtimeStatus: 'Completed' });
  });

  it('fails its parent, which may retry it', async () => {
    const { output } = await host.run('parent', 'retryingParent', { name: 'failing', input: 'x', retry: 2 });
    expect(output).toEqual({ error: expect.stringContaining('failed on x') });
  });

  it('under the id of an active instance fails', async () => {
    await host.begin('waiter', 'busyId', { names: ['A'], seconds: 60 });
    const { output } = await host.run('parent', 'rivalParent', { name: 'chain', input: { steps: 1 }, id: 'busyId' });
    expect(output).toEqual({ error: expect.stringContaining('already exists') });
  });
});

describe('an entity', () => {
  it('answers calls in order, keeps its state, and its errors arrive as {}', async () => {
    const { output } = await host.run('counted', 'counted', 'one');
    expect(output).toEqual({ first: 7, second: 7, error: 'Error: [object Object]', after: 'after' });
  });

  const state = async (key: string): Promise<unknown> =>
    (await host.client<{ entityState: unknown }>('readEntityState', { entity: ['Counter', key] })).entityState;

  it('takes signals from a client and passes them on to another', async () => {
    await host.client('signalEntity', { entity: ['Counter', 'two'] }, 'add', 3);
    await host.client('signalEntity', { entity: ['Counter', 'two'] }, 'tell', 'three');
    await poll(async () => (await state('three')) === 3 || undefined);
    expect(await state('two')).toBe(3);
  });

  it('is purged like an instance, whatever it holds, and begins anew', async () => {
    await host.client('signalEntity', { entity: ['Counter', 'purged'] }, 'add', 3);
    await poll(async () => (await state('purged')) === 3 || undefined);
    expect(await host.client('purgeInstanceHistory', '@counter@purged')).toEqual({ instancesDeleted: 1 });
    expect(await host.client('purgeInstanceHistory', '@counter@purged')).toEqual({ instancesDeleted: 0 });
    await host.client('signalEntity', { entity: ['Counter', 'purged'] }, 'add', 4);
    await poll(async () => (await state('purged')) === 4 || undefined);
  });

  it('is gone after it was deleted', async () => {
    await host.client('signalEntity', { entity: ['Counter', 'four'] }, 'add', 3);
    await host.client('signalEntity', { entity: ['Counter', 'four'] }, 'delete');
    await poll(async () =>
      (await host.client<{ entityExists: boolean }>('readEntityState', { entity: ['Counter', 'four'] })).entityExists
        ? undefined
        : true,
    );
  });

  it('counts every one of many signals at once', async () => {
    await Promise.all(
      Array.from({ length: 50 }, () => host.client('signalEntity', { entity: ['Counter', 'many'] }, 'add', 1)),
    );
    await poll(async () => (await state('many')) === 50 || undefined);
  });
});

describe('activities', () => {
  it('run side by side up to the limit of host.json', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `limit${index}`);
    const held = { until: host.file('limitReached') };
    await Promise.all(ids.map((id) => host.begin('notes', id, { file: host.file('limit'), lines: [id], held })));
    const isScheduled = async (id: string): Promise<boolean> => (await host.status(id)).customStatus !== null;
    for (const id of ids) await poll(async () => (await isScheduled(id)) || undefined);
    await poll(async () => host.lines('limit').length >= 8 || undefined);
    writeFileSync(held.until, '');
    await Promise.all(ids.map((id) => host.finished(id)));
    let now = 0;
    const most = host.lines('limit').map((line) => (now += line.startsWith('begin') ? 1 : -1));
    expect(Math.max(...most)).toBe(8);
  });

  it('run twice side by side under the test hook, and one result counts', async () => {
    const twice = await new HostUnderTest({ FUNCTIONS_HOST_RUN_ACTIVITIES_TWICE: '1' }).start();
    expect(await twice.run('notes', 'twice', { file: twice.file('twice'), lines: ['a', 'b'] })).toMatchObject({
      output: ['a', 'b'],
    });
    expect(twice.lines('twice').filter((line) => line === 'begin a')).toHaveLength(2);
  });
});

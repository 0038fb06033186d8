import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { HostUnderTest, poll } from './hostUnderTest';

const host = new HostUnderTest();
// it goes on with the data, and the work, of the spec before, whether or not that has left it running
beforeEach(async () => {
  if (!host.isRunning) await host.start();
});

async function killAndStart(): Promise<void> {
  await host.kill();
  await host.start();
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Whether a new connection is taken; one that is there may be served on. */
function isOpen(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(host.url).port), '127.0.0.1', () => resolve(true));
    socket.once('connect', () => socket.destroy()).once('error', () => resolve(false));
  });
}

describe('kill -9 of the host', () => {
  const steps = ['begin a', 'end a', 'begin b', 'end b', 'begin c', 'end c'];

  it.each(steps)('after "%s" repeats at most the activity in flight', async (line) => {
    const file = `notes ${line}`;
    await host.begin('notes', 'kill', { file: host.file(file), lines: ['a', 'b', 'c'], delayMs: 40 });
    await host.untilLine(file, line);
    await killAndStart();
    expect(await host.finished('kill')).toMatchObject({ runtimeStatus: 'Completed', output: ['a', 'b', 'c'] });
    const ends = host.lines(file).filter((seen) => seen.startsWith('end'));
    expect([...new Set(ends)]).toEqual(['end a', 'end b', 'end c']);
    expect(host.lines(file).length).toBeLessThanOrEqual(8);
  });

  it('again and again at any moment still ends each orchestration, rightly', async () => {
    const ids = ['r1', 'r2', 'r3', 'r4'];
    const lines = Array.from({ length: 12 }, (_, index) => `${index}`);
    for (const id of ids) await host.begin('notes', id, { file: host.file(id), lines, delayMs: 10 });
    await host.begin('counted', 'rEntity', 'key');
    for (let kill = 0; kill < 5; kill++) {
      await delay(20 + 17 * kill); // the moment is what varies
      await killAndStart();
    }
    for (const id of ids) {
      expect(await host.finished(id)).toMatchObject({ output: lines });
      const order = host.lines(id).filter((line) => line.startsWith('end'));
      expect([...new Set(order)]).toEqual(lines.map((line) => `end ${line}`));
    }
    expect(await host.finished('rEntity')).toMatchObject({ output: { first: 7, second: 7 } });
  });

  it('loses no start, no event and no signal that was answered', async () => {
    await host.begin('waiter', 'event', { names: ['A', 'B'], seconds: 60 });
    await killAndStart();
    await host.client('raiseEvent', 'event', 'A', 1);
    await killAndStart();
    await host.client('raiseEvent', 'event', 'B', 2);
    await host.client('signalEntity', { entity: ['Counter', 'k'] }, 'addSlowly', 1);
    await killAndStart();
    expect(await host.finished('event')).toMatchObject({ output: { got: [1, 2] } });
    const read = () => host.client<{ entityState: unknown }>('readEntityState', { entity: ['Counter', 'k'] });
    await poll(async () => ((await read()).entityState === 1 ? true : undefined));
  });

  it('leaves timers to fire, also those that were due meanwhile', async () => {
    await host.begin('timer', 'timer', 3600);
    await host.begin('timer', 'later', 3600);
    const timers = () => new DatabaseSync(host.file('data/functionsHost.sqlite'));
    const count = (database: DatabaseSync) => database.prepare('SELECT count(*) AS n FROM timers').get()?.['n'];
    await poll(async () => {
      const database = timers();
      const n = count(database);
      database.close();
      return n === 2 || undefined;
    });
    await host.kill();
    const database = timers(); // an hour passes
    database.exec(`UPDATE timers SET dueAt = dueAt - 3600000 WHERE instance = 'timer'`);
    database.close();
    await host.start();
    expect(await host.finished('timer')).toMatchObject({ runtimeStatus: 'Completed' });
    expect(await host.status('later')).toMatchObject({ runtimeStatus: 'Running' });
  });

  it('leaves sub-orchestrations to answer', async () => {
    const input = { file: host.file('sub'), lines: ['a', 'b'], delayMs: 60 };
    await host.begin('parent', 'parent', { name: 'notes', input, id: 'sub' });
    await host.untilLine('sub', 'begin a');
    await killAndStart();
    expect(await host.finished('parent')).toMatchObject({ output: { child: ['a', 'b'] } });
  });

  it('takes its worker with it, whatever that is doing', async () => {
    const pid = Number(await (await host.fetch('/pid')).text());
    await host.begin('notes', 'busy', { file: host.file('busy'), lines: ['a'], delayMs: 60_000 });
    await host.untilLine('busy', 'begin a');
    await host.kill();
    await poll(async () => (isAlive(pid) ? undefined : true));
  });
});

describe('a worker that dies', () => {
  it('fails its activity at once: without retry options the instance fails', async () => {
    const note = { file: host.file('died'), lines: ['a'], delayMs: 150, dieOnce: host.file('diedOnce') };
    const { runtimeStatus, output } = await host.run('notes', 'died', note);
    expect(runtimeStatus).toBe('Failed');
    expect(output).toContain('node exited with code 137');
  });

  it('by process.exit is told with its own code', async () => {
    const note = {
      file: host.file('exited'),
      lines: ['a'],
      delayMs: 150,
      dieOnce: host.file('exitedOnce'),
      dieWith: 'exit',
    };
    expect((await host.run('notes', 'exited', note)).output).toContain('node exited with code 3');
  });

  it('costs an activity with retry options one attempt', async () => {
    const note = { file: host.file('retried'), line: 'a', delayMs: 150, dieOnce: host.file('retriedOnce') };
    expect(await host.run('retriedNote', 'retried', note)).toMatchObject({ output: 'a' });
    expect(host.lines('retried')).toEqual(['begin a', 'begin a', 'end a']);
  });

  it('does not disturb orchestrations that wait', async () => {
    await host.begin('waiter', 'waits', { names: ['Go'], seconds: 60 });
    await host.fetch('/exit', { method: 'POST' });
    await poll(async () => ((await host.fetch('/pid')).ok ? true : undefined));
    await host.client('raiseEvent', 'waits', 'Go', 1);
    expect(await host.finished('waits')).toMatchObject({ output: { got: [1] } });
  });
});

describe('SIGTERM', () => {
  it('lets an activity finish and ends with 0; the rest goes on after the next start', async () => {
    const held = { line: 'a', until: host.file('termAsked') };
    await host.begin('notes', 'term', { file: host.file('term'), lines: ['a', 'b'], held });
    await host.untilLine('term', 'begin a');
    const stopped = host.stop();
    await poll(async () => ((await isOpen()) ? undefined : true));
    writeFileSync(held.until, '');
    expect(await stopped).toBe(0);
    expect(host.lines('term')).toEqual(['begin a', 'end a']);
    await host.start();
    expect(await host.finished('term')).toMatchObject({ output: ['a', 'b'] });
    expect(host.lines('term')).toEqual(['begin a', 'end a', 'begin b', 'end b']);
  });

  it('waits for a slow activity no longer than 3 seconds; it runs again after the next start', async () => {
    await host.begin('notes', 'slow', { file: host.file('slow'), lines: ['a'], delayMs: 60_000 });
    await host.untilLine('slow', 'begin a');
    expect(await host.stop()).toBe(0); // the activity would outlast this test
    expect(host.lines('slow')).toEqual(['begin a']);
    await host.start();
    await poll(async () => (host.lines('slow').length === 2 ? true : undefined));
    expect(await host.status('slow')).toMatchObject({ runtimeStatus: 'Running' });
  });
});

import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appRoot } from '../../../local/parts/paths';
import { freePorts } from '../../../local/parts/ports';
import { HostUnderTest } from './hostUnderTest';

describe('POST /admin/host/restart', () => {
  const app = mkdtempSync(join(tmpdir(), 'functions-host-app-'));
  const source = join(app, 'functions', 'http.js');
  cpSync(join(__dirname, 'fixtureApp'), app, { recursive: true });
  symlinkSync(join(appRoot, 'node_modules'), join(app, 'node_modules'), 'dir');
  afterAll(() => rmSync(app, { recursive: true, force: true }));

  const host = new HostUnderTest({ FUNCTIONS_HOST_AUTH: '' }, app);
  beforeAll(() => host.start());
  const restart = async (): Promise<number> => (await host.fetch('/admin/host/restart', { method: 'POST' })).status;
  const change = (from: string, to: string): void =>
    writeFileSync(source, readFileSync(source, 'utf8').replaceAll(from, to));

  it('loads the changed app: other answers, other routes; instances go on, and an activity in flight runs again', async () => {
    await host.begin('waiter', 'waits', { names: ['Go'], seconds: 600 });
    const held = { until: host.file('may end') };
    await host.begin('notes', 'busy', { file: host.file('busy'), lines: ['a'], held });
    await host.untilLine('busy', 'begin a');
    change('418', '451');
    change(`route: 'throws'`, `route: 'throwsElsewhere'`);
    const meanwhile = host.fetch('/problem'); // by the old app or by the new one, but answered
    expect(await restart()).toBe(200);
    expect([418, 451]).toContain((await meanwhile).status);
    expect((await host.fetch('/problem')).status).toBe(451);
    expect((await host.fetch('/throws')).status).toBe(404);
    expect((await host.fetch('/throwsElsewhere')).status).toBe(500);

    writeFileSync(held.until, '');
    expect(await host.finished('busy')).toMatchObject({ runtimeStatus: 'Completed', output: ['a'] });
    expect(host.lines('busy').filter((line) => line === 'begin a')).toHaveLength(2);
    await host.client('raiseEvent', 'waits', 'Go', 1);
    expect(await host.finished('waits')).toMatchObject({ output: { got: [1] } });
    expect(host.log).not.toContain('starting it again'); // no death: it was asked for
  });

  it('of an app that does not load leaves no function, and the next one is whole again', async () => {
    const whole = readFileSync(source, 'utf8');
    writeFileSync(source, 'throw new Error("half written");');
    expect(await restart()).toBe(200);
    expect((await host.fetch('/problem')).status).toBe(404);
    writeFileSync(source, whole);
    expect(await restart()).toBe(200);
    expect((await host.fetch('/problem')).status).toBe(451);
  });

  it('asks for the master key where keys are asked for', async () => {
    const locked = await new HostUnderTest({ FUNCTIONS_HOST_AUTH: 'on' }).start();
    expect((await locked.fetch('/admin/host/restart', { method: 'POST' })).status).toBe(401);
    expect((await locked.fetch('/admin/host/durableState', { method: 'DELETE' })).status).toBe(401);
  });
});

describe('INSPECT', () => {
  it('lets a debugger attach to the worker, also to the next one after a restart', async () => {
    const [port = 0] = await freePorts(1);
    const host = await new HostUnderTest({ INSPECT: `${port}` }).start();
    const attached = async (): Promise<string> => {
      const [target] = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as { title: string }[];
      return target?.title ?? '';
    };
    expect(await attached()).toContain('workerMain.js');
    await host.fetch('/admin/host/restart', { method: 'POST' });
    expect(await attached()).toContain('workerMain.js');
  });

  it('that is no port is refused by name', async () => {
    const host = new HostUnderTest({ INSPECT: 'yes' });
    expect(await host.startAndEnd()).toBe(1);
    expect(host.log).toContain('INSPECT is "yes"');
  });
});

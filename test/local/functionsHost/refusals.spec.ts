import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HostUnderTest } from './hostUnderTest';

const modules = join(__dirname, '../../../node_modules');

/** A host with an app of the given files. */
function hostOf(files: Record<string, string>, hostJson: object = {}, env: Record<string, string> = {}): HostUnderTest {
  const host = new HostUnderTest(env);
  const app = host.file('app');
  mkdirSync(app);
  symlinkSync(modules, join(app, 'node_modules'));
  const all = { 'package.json': '{"main":"{first,second}*.js"}', 'host.json': JSON.stringify(hostJson), ...files };
  for (const [name, text] of Object.entries(all)) writeFileSync(join(app, name), text);
  host.env.FUNCTIONS_APP_DIR = app;
  return host;
}
const app = (body: string): Record<string, string> => ({
  'first.js': `const { app, trigger, output } = require('@azure/functions'); ${body}`,
});
const http = (name: string, route = name): string =>
  `app.http('${name}', { route: '${route}', authLevel: 'anonymous', handler: () => ({ body: '${name}' }) });`;

describe('at the start the host refuses, with the name of the function,', () => {
  it.each([
    [
      'another trigger',
      `app.storageQueue('q', { queueName: 'x', connection: 'y', handler: () => 0 });`,
      `function 'q'`,
    ],
    [
      'another output',
      `app.http('h', { return: output.storageQueue({ queueName: 'x', connection: 'y' }), handler: () => 0 });`,
      `function 'h'`,
    ],
    [
      'a retry policy',
      `app.timer('t', { schedule: '0 0 0 * * *', retry: { strategy: 'fixedDelay', maxRetryCount: 1, delayInterval: 1 }, handler: () => 0 });`,
      `function 't'`,
    ],
    ['a route with a constraint', http('c', 'x/{id:int}'), `function 'c'`],
    ['an optional parameter', http('c', 'x/{id?}'), `function 'c'`],
    ['an unknown schedule', `app.timer('t', { schedule: 'daily', handler: () => 0 });`, 'daily'],
    ['a setting that is missing', `app.timer('t', { schedule: '%NONE%', handler: () => 0 });`, 'NONE'],
    [
      'a container as a parameter',
      `app.storageBlob('b', { path: '{c}/{n}', connection: 'x', handler: () => 0 });`,
      '{c}/{n}',
    ],
    ['hooks', `app.hook.preInvocation(() => 0); ${http('h')}`, 'app.hook.preInvocation'],
    ['HTTP streams', `app.setup({ enableHttpStream: true }); ${http('h')}`, 'enableHttpStream'],
  ])('%s', async (_, body, said) => {
    const host = hostOf(app(body));
    expect(await host.startAndEnd()).toBe(1);
    expect(host.log).toContain('refused: ');
    expect(host.log).toContain(said);
  });

  it('a visibility time-out that the real host does not run with', async () => {
    const host = hostOf(app(http('h')), {
      extensions: { durableTask: { storageProvider: { controlQueueVisibilityTimeout: '00:00:30' } } },
    });
    expect(await host.startAndEnd()).toBe(1);
    expect(host.log).toContain('controlQueueVisibilityTimeout');
  });
});

describe('an app', () => {
  it('of which one file throws on load has no functions at all, and only the log says why', async () => {
    const host = await hostOf({ ...app(http('good')), 'second.js': `throw new Error('at load');` }).start();
    expect((await host.fetch('/api/good')).status).toBe(404);
    expect(await (await host.fetch('/admin/functions')).json()).toEqual([]);
    expect(await (await host.fetch('/admin/host/status')).json()).toMatchObject({ state: 'Running' });
    await host.untilLogged('second.js');
  });

  it('that registers a name twice has none either', async () => {
    const host = await hostOf({
      ...app(http('twice')),
      'second.js': app(http('Twice', 'other'))['first.js'] ?? '',
    }).start();
    expect((await host.fetch('/api/twice')).status).toBe(404);
    await host.untilLogged('already registered');
  });

  it('has the route prefix api where host.json names none', async () => {
    const host = await hostOf(app(http('good'))).start();
    expect(await (await host.fetch('/api/good')).text()).toBe('good');
  });

  it('gets the values of local.settings.json where the environment has none', async () => {
    const values = JSON.stringify({ Values: { FROM_FILE: 'file', FROM_BOTH: 'file' } });
    const body = `app.http('env', { route: 'env', authLevel: 'anonymous', handler: () => ({ body: process.env.FROM_FILE + process.env.FROM_BOTH + process.env.WEBSITE_HOSTNAME }) });`;
    const host = await hostOf({ ...app(body), 'local.settings.json': values }, {}, { FROM_BOTH: 'env' }).start();
    expect(await (await host.fetch('/api/env')).text()).toBe(`fileenvlocalhost:${new URL(host.url).port}`);
  });

  it('runs without its blob trigger where that has no connection, and the log says so', async () => {
    const trigger = `app.storageBlob('b', { path: 'c/{n}', connection: 'None', handler: () => 0 });`;
    const host = await hostOf(app(http('good') + trigger)).start();
    expect((await host.fetch('/api/good')).status).toBe(200);
    await host.untilLogged(`[b] error: in error: 'None'`);
  });
});

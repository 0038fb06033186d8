import { isLogged, type LogLevels, readLogLevels } from '../../../local/functionsHost/logLevels';
import { appRoot } from '../../../local/parts/paths';
import { HostUnderTest } from './hostUnderTest';

describe('a rule of host.json', () => {
  const rules: LogLevels = {
    default: 'Information',
    'Function.often.User': 'Warning',
    'Function.often': 'Error',
    'Host.*.Loud': 'Debug',
    Host: 'None',
  };
  it.each([
    ['a category without a rule has the default', 'Function.other.User', 'information', true],
    ['and not what lies below it', 'Function.other.User', 'debug', false],
    ['the longest rule counts', 'Function.often.User', 'warning', true],
    ['what lies below it is not written', 'Function.often.User', 'information', false],
    ['a rule is a beginning', 'Function.oftenAndMore', 'warning', false],
    ['without regard to case', 'FUNCTION.OFTEN.USER', 'information', false],
    ['None silences', 'Host.General', 'critical', false],
    ['a star stands for anything', 'Host.Anything.Loud', 'debug', true],
  ])('%s: %s %s', (_, category, level, passes) => expect(isLogged(rules, category, level)).toBe(passes));

  it('may be overridden by an app setting', () => {
    const env = { AzureFunctionsJobHost__logging__logLevel__Host: 'Debug' };
    expect(readLogLevels(appRoot, env)).toMatchObject({ default: 'Information', Host: 'Debug' });
  });
});

/** Activities that log at Information themselves: the lines of Durable about them are written, too, since the category is one. */
const logThemselves = new Set<string>();

describe('the lines of Durable', () => {
  it('have the category of the function that they tell of, at Information', async () => {
    const host = await new HostUnderTest({
      'AzureFunctionsJobHost__logging__logLevel__Function.noop.User': 'Warning',
    }).start();
    await host.run('chain', 'told', { steps: 1 });
    await host.run('failing', 'failed', 'it');
    await host.untilLogged(`error: failed: Function 'failing (Orchestrator)' failed with an error`);
    for (const what of ['scheduled', 'started', 'awaited', 'completed'])
      expect(host.log).toContain(`[chain] told: Function 'chain (Orchestrator)' ${what}.`);
    expect(host.log).toContain(`[fail] failed: Function 'fail (Activity)' started.`);
    expect(host.log).not.toContain('[noop]');
  });

  // half of all that the real host logs, and nobody reads it; warnings and errors come through
  it('are silenced for every orchestrator, entity and activity of the app', async () => {
    const host = await new HostUnderTest({}, appRoot).start();
    type Listed = { name: string; config: { bindings: { type: string }[] } }[];
    const functions = (await (await host.fetch('/admin/functions')).json()) as Listed;
    const durable = /^(orchestration|entity|activity)Trigger$/;
    const rules = readLogLevels(appRoot, {});
    const wanted = functions
      .filter(({ config }) => config.bindings.some(({ type }) => durable.test(type)))
      .filter(({ name }) => !logThemselves.has(name))
      .map(({ name }) => `"Function.${name}.User": "Warning"`);
    const own = Object.entries(rules).filter(([category]) => category.startsWith('Function.'));
    expect(own.map(([category, level]) => `"${category}": "${level}"`).sort()).toEqual(wanted.sort());
  });
});

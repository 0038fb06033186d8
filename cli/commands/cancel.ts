import { requestCancel } from '../api/follow';
import { isFinal } from '../api/views';
import type { Command } from '../cli';
import { exitCode } from '../exitCodes';
import { apiOf, commonHelp, commonOptions, onlyArgument, parseOptions } from '../options';
import { findResource } from './resource';
import { watchToEnd } from './watching';

export const cancel: Command = {
  name: 'cancel',
  summary: 'cancel an upload or a delivery',
  help: `Cancel an upload or a delivery, and wait until nothing is left behind.

Examples
  blob-to-outlook cancel 01930d7c5e2a4f5e9b1c
  blob-to-outlook cancel 01930d7c5e2a4f5e9b1c --no-wait

Options
  --no-wait          do not wait for the end
${commonHelp}
Exit codes
  0 cancelled    1 it had ended before, or ended otherwise    2 wrong usage    3 outcome unknown    130 interrupted
`,
  async run(args, cli) {
    const { values, positionals } = parseOptions(args, { ...commonOptions, 'no-wait': { type: 'boolean' } });
    const id = onlyArgument(positionals, 'ID');
    const api = apiOf(values, cli);
    cli.interrupts.leaveAtOnce();
    const found = await findResource(api, id);
    if (isFinal(found.view) && found.view.status !== 'cancelled') {
      cli.screen.say(`It has ${found.view.status} already; there is nothing to cancel.`);
      return exitCode.failed;
    }
    await requestCancel(api, found.path);
    if (values['no-wait']) {
      cli.screen.say(`Cancelling. Watch it: blob-to-outlook watch ${id}`);
      return exitCode.ok;
    }
    const { code, view } = await watchToEnd(api, found, cli, values.json ?? false);
    if (view.status === 'cancelled') return exitCode.ok;
    if (view.status === 'succeeded') cli.screen.say('It was attached before it could be cancelled.');
    return code === exitCode.ok ? exitCode.failed : code;
  },
};

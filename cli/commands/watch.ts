import type { Command } from '../cli';
import { apiOf, commonHelp, commonOptions, onlyArgument, parseOptions } from '../options';
import { findResource } from './resource';
import { watchToEnd } from './watching';

export const watch: Command = {
  name: 'watch',
  summary: 'follow an upload or a delivery to its end',
  help: `Follow an upload or a delivery to its end.

Examples
  blob-to-outlook watch 01930d7c5e2a4f5e9b1c
  blob-to-outlook attach q3.pdf --item PATH --no-wait | cut -f1 | xargs -n1 blob-to-outlook watch

Ctrl-C stops watching; the upload goes on.
${commonHelp}
Exit codes
  0 attached    1 failed or cancelled    2 wrong usage    3 outcome unknown    130 interrupted
`,
  async run(args, cli) {
    const { values, positionals } = parseOptions(args, commonOptions);
    const id = onlyArgument(positionals, 'ID');
    const api = apiOf(values, cli);
    cli.interrupts.leaveAtOnce();
    return (await watchToEnd(api, await findResource(api, id), cli, values.json ?? false)).code;
  },
};

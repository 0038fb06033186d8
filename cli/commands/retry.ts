import { isUnknown, type UploadView } from '../api/views';
import type { Command } from '../cli';
import { exitCode, UsageError } from '../exitCodes';
import { apiOf, commonHelp, commonOptions, onlyArgument, parseOptions } from '../options';
import { findResource } from './resource';
import { watchToEnd } from './watching';

export const retry: Command = {
  name: 'retry',
  summary: 'do a failed or cancelled upload once more',
  help: `Do a failed or cancelled upload once more, as a new one, with the blob that is in storage.

Examples
  blob-to-outlook retry 01930d7c5e2a4f5e9b1c
  blob-to-outlook retry 01930d7c5e2a4f5e9b1c --again

Options
  --again            also where its outcome is unknown: look in Outlook first, the file may be there already
  --no-wait          do not wait for the end: print the new upload's id
${commonHelp}
The first Ctrl-C cancels the new upload and waits, the second leaves at once.

Exit codes
  0 attached    1 failed    2 wrong usage    3 outcome unknown: look before you repeat it    130 interrupted
`,
  async run(args, cli) {
    const options = { ...commonOptions, again: { type: 'boolean' }, 'no-wait': { type: 'boolean' } } as const;
    const { values, positionals } = parseOptions(args, options);
    const id = onlyArgument(positionals, 'ID');
    const api = apiOf(values, cli);
    const found = await findResource(api, id);
    if (found.kind === 'delivery') throw new UsageError('A delivery cannot be retried: run attach again.');
    if (isUnknown(found.view) && !values.again) {
      cli.screen.say(
        `It is unknown whether ${found.view.name} is attached. Look in Outlook; if it is not there: blob-to-outlook retry ${id} --again`,
      );
      return exitCode.unknown;
    }
    // asked for again after a lost answer it is the same retry
    const headers = { 'idempotency-key': `blob-to-outlook-cli-retry-${id}` };
    const body = values.again ? { evenIfAttached: true } : {};
    const { body: view } = await api.call<UploadView>('POST', `${found.path}/retry`, { body, headers });
    if (values['no-wait']) {
      cli.screen.data(values.json ? JSON.stringify(view) : `${view.id}\t${view.name}`);
      cli.screen.say(`Watch it: blob-to-outlook watch ${view.id}`);
      return exitCode.ok;
    }
    const path = `/api/uploads/${encodeURIComponent(view.id)}`;
    const { signal } = cli.interrupts;
    const { code } = await watchToEnd(api, { kind: 'upload', path, view }, cli, values.json ?? false, signal);
    return signal.aborted && code !== exitCode.unknown ? exitCode.interrupted : code;
  },
};

import type { Command } from '../cli';
import { UsageError } from '../exitCodes';
import { parseOptions } from '../options';

const help = `Measure what Microsoft does not document about attachments and upload sessions, into a dated JSON file.

Examples
  npm run probe -- --mailbox megan@contoso.com
  npm run probe -- --mailbox megan@contoso.com --out profiles/contoso.json
  OUTLOOK_PROFILE=outlook-profile-2026-11-29.json npm start

It reads the app's settings as doctor does, makes a draft and an event in that mailbox, sends about 120 MB to them in up to
ten minutes, and removes them again. Nothing is sent to anybody. The file holds no URL, no token and no name.

Options
  --mailbox MAILBOX   one that the app may write to; default: the first that ALLOWED_MAILBOXES names in full
  --out FILE          default: outlook-profile-{date}.json
  --quick             leave out what sends tens of megabytes

Exit codes
  0 it was measured    1 it could not be    2 wrong usage    130 interrupted (what was made is removed)
`;

export const probe: Command = {
  name: 'probe',
  summary: 'measure what Microsoft does not document, into a file that the stand-in takes',
  help,
  async run(args, cli) {
    const options = { mailbox: { type: 'string' }, out: { type: 'string' }, quick: { type: 'boolean' } } as const;
    const { values, positionals } = parseOptions(args, options);
    if (positionals.length > 0) throw new UsageError('probe takes options only.');
    const { runProbe } = await import('../probe/probe.js');
    return runProbe(values, cli);
  },
};

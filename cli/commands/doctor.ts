import type { Command } from '../cli';
import { UsageError } from '../exitCodes';
import { parseOptions } from '../options';

const help = `Tell whether this configuration of the app works, and what to do where it does not.

Examples
  npm run doctor
  npm run doctor -- --mailbox megan@contoso.com --forbidden ceo@contoso.com
  npm run doctor --silent -- --json | jq -r 'select(.status == "failed") | .fix'

It reads the app's settings from the environment and from local.settings.json (without any: those of npm start), and tries
settings, storage and its roles, the token, and a mailbox: a draft with a small file and one of 4 MB, removed again.

Options
  --mailbox MAILBOX     one that the app may write to; default: the first that ALLOWED_MAILBOXES names in full
  --forbidden MAILBOX   one that the app must not reach: Microsoft Graph must answer 403. It is only read.
  --json                one JSON object a line: check, status (ok, failed, warning, skipped), detail, fix

Exit codes
  0 no check failed    1 a check failed    2 wrong usage
`;

export const doctor: Command = {
  name: 'doctor',
  summary: 'tell whether this configuration of the app works',
  help,
  async run(args, cli) {
    const options = { json: { type: 'boolean' }, mailbox: { type: 'string' }, forbidden: { type: 'string' } } as const;
    const { values, positionals } = parseOptions(args, options);
    if (positionals.length > 0) throw new UsageError('doctor takes options only.');
    cli.interrupts.leaveAtOnce();
    // the only command that needs Azure's packages: the others start without waiting for them
    const { runDoctor } = await import('../doctor/doctor.js');
    return runDoctor(values, cli);
  },
};

import { stat } from 'node:fs/promises';
import type { Cli, Command } from '../cli';
import { exitCode, Interrupted, UsageError, worst } from '../exitCodes';
import { forEachLimited } from '../forEachLimited';
import { apiOf, commonOptions, parseOptions } from '../options';
import { progressOn } from '../terminal/progress';
import { attachFile } from './attachFile';
import { attachHelp } from './attachHelp';
import { deliver } from './deliver';
import { checkFile } from './dryRun';
import { LocalFile } from './localFile';
import { planOf, type PlannedFile } from './plan';
import { refuseEarly } from './refuseEarly';
import { Reporter } from './reporter';
import type { Run } from './run';

const options = {
  ...commonOptions,
  item: { type: 'string' },
  'new-draft': { type: 'string' },
  subject: { type: 'string' },
  to: { type: 'string', multiple: true },
  send: { type: 'boolean' },
  name: { type: 'string' },
  'content-id': { type: 'string' },
  inline: { type: 'boolean' },
  reference: { type: 'string' },
  'dry-run': { type: 'boolean' },
  again: { type: 'boolean' },
  'no-wait': { type: 'boolean' },
} as const;

const filesAtOnce = 4;

export const attach: Command = {
  name: 'attach',
  summary: 'attach files to an Outlook item, or to a new draft',
  help: attachHelp,
  async run(args, cli) {
    const { values, positionals } = parseOptions(args, options);
    const plan = planOf(positionals, values);
    const api = apiOf(values, cli);
    const bytes = await sizeOf(plan.files);
    const run: Run = { cli, api, plan, progress: progressOn(cli.screen), json: values.json ?? false };
    const { target } = plan;
    const reporter = new Reporter(run);
    try {
      await refuseEarly(api, target, bytes, cli.interrupts.signal);
      if (target.kind === 'newDraft' || (plan.send && !plan.dryRun)) return reporter.delivered(await deliver(run));
    } catch (error) {
      return reporter.failed(undefined, error);
    }
    return attachEach(target.item, run, reporter, cli);
  },
};

/** Every file for itself: one that fails keeps no other from being attached. */
async function attachEach(item: string, run: Run, reporter: Reporter, cli: Cli): Promise<number> {
  const { files, dryRun } = run.plan;
  const codes = await forEachLimited(filesAtOnce, files, async (file, index) => {
    let say: () => number;
    try {
      if (cli.interrupts.signal.aborted) throw new Interrupted();
      if (dryRun) {
        const checked = await checkFile(file, item, run);
        say = () => reporter.checked(checked);
      } else {
        const attached = await attachFile(file, item, run);
        say = () => reporter.attached(attached);
      }
    } catch (error) {
      say = () => reporter.failed(file.path, error);
    }
    return new Promise<number>((resolve) => reporter.inOrder(index, () => resolve(say())));
  });
  return cli.interrupts.signal.aborted ? worst([exitCode.interrupted, ...codes]) : worst(codes);
}

/** All files can be read, before anything is sent. @throws UsageError */
async function sizeOf(files: readonly PlannedFile[]): Promise<number> {
  const piped = files.filter(({ path }) => path === '-').length;
  if (piped > 1) throw new UsageError('Standard input (-) can be named once.');
  let bytes = 0;
  for (const { path } of files) {
    if (path === '-') continue;
    await (await LocalFile.open(path)).close();
    bytes += (await stat(path)).size;
  }
  return bytes;
}

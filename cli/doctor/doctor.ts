import type { Cli } from '../cli';
import { exitCode } from '../exitCodes';
import type { Screen } from '../terminal/screen';
import { readAppSettings } from './appSettings';
import { settingSources, type Sources } from './environment';
import { failed, type Finding, type Findings, ok, skipped } from './finding';
import { forbiddenCheck } from './forbiddenCheck';
import { mailboxChecks } from './mailboxChecks';
import { defaultMailbox } from './mailboxes';
import { storageChecks } from './storageChecks';
import { tokenCheck } from './tokenCheck';

export interface DoctorOptions {
  mailbox?: string | undefined;
  forbidden?: string | undefined;
  json?: boolean | undefined;
}

/** Makes every check and prints a line for each. @returns the exit code */
export async function runDoctor(options: DoctorOptions, { env, screen }: Cli): Promise<number> {
  const counts = { ok: 0, failed: 0, warning: 0, skipped: 0 };
  for await (const finding of allChecks(settingSources(process.cwd(), env), options)) {
    counts[finding.status]++;
    screen.data(options.json ? JSON.stringify(finding) : line(finding, screen));
  }
  screen.say(`${counts.ok} ok, ${counts.failed} failed, ${counts.warning} warnings, ${counts.skipped} skipped.`);
  return counts.failed > 0 ? exitCode.failed : exitCode.ok;
}

async function* allChecks(sources: Sources, { mailbox, forbidden }: DoctorOptions): Findings {
  const settings = readAppSettings(sources.env);
  yield* sources.findings;
  for (const { name, detail } of settings.problems)
    yield failed(`setting ${name}`, detail, `Correct ${name}: docs/settings.md.`);
  if (settings.problems.length === 0) yield ok('settings', `Read from ${sources.from.join(', ')}.`);
  const wrong = (name: string): boolean => settings.problems.some((problem) => problem.name.startsWith(name));
  if (wrong('AzureWebJobsStorage') || wrong('SourceStorage')) yield skipped('storage', 'Its settings are wrong.');
  else yield* storageChecks(settings, sources.env);
  if (wrong('GRAPH_')) {
    yield skipped('Microsoft Graph', 'Its settings are wrong.');
    return;
  }
  const { findings, bearer } = await tokenCheck(settings);
  yield* findings;
  if (bearer === undefined) {
    yield skipped('mailboxes', 'There is no token.');
    return;
  }
  const tried = mailbox ?? defaultMailbox(settings);
  if (tried === undefined)
    yield skipped('mailbox', 'None is named in full.', 'Name one that the app may write to: --mailbox');
  else yield* mailboxChecks(settings, tried, bearer);
  yield await forbiddenCheck(settings, forbidden, bearer);
}

function line({ check, status, detail, fix }: Finding, screen: Screen): string {
  const words = { ok: 'ok     ', failed: 'FAILED ', warning: 'warning', skipped: 'skipped' };
  const paint = { ok: screen.green, failed: screen.red, warning: screen.red, skipped: screen.dim }[status];
  const word = screen.outIsTerminal ? paint(words[status]) : words[status];
  return `${word} ${check}: ${detail}${fix === undefined ? '' : `\n          ${fix}`}`;
}

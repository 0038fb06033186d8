import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { attach } from './attach/attach';
import { codeOfError } from './attach/results';
import type { Cli, Command } from './cli';
import { cancel } from './commands/cancel';
import { doctor } from './commands/doctor';
import { probe } from './commands/probe';
import { list } from './commands/list';
import { retry } from './commands/retry';
import { show } from './commands/show';
import { watch } from './commands/watch';
import { exitCode, UsageError } from './exitCodes';

const commands: readonly Command[] = [attach, list, show, watch, cancel, retry, doctor, probe];

const overview = `Attach files to Outlook items, exactly once, through the blob-to-outlook app.

Examples
  blob-to-outlook attach q3.pdf --item users/megan@contoso.com/messages/AAMkADI5...
  blob-to-outlook attach *.pdf --new-draft megan@contoso.com --subject "Q3" --to alex@contoso.com --send
  blob-to-outlook list --status failed

Commands
${commands.map(({ name, summary }) => `  ${name.padEnd(9)}${summary}`).join('\n')}

  blob-to-outlook COMMAND --help says more. --version prints the version.
`;

/** Runs one command line. @returns its exit code; every fault is told on stderr */
export async function run(args: readonly string[], cli: Cli): Promise<number> {
  const [word, ...rest] = args;
  const command = commands.find(({ name }) => name === word);
  try {
    return await obey(word, rest, command, cli);
  } catch (error) {
    return tellFault(error, command, cli);
  }
}

async function obey(
  word: string | undefined,
  rest: readonly string[],
  command: Command | undefined,
  cli: Cli,
): Promise<number> {
  const isFile = rest.indexOf('--'); // what follows names files
  const options = new Set([word, ...(isFile < 0 ? rest : rest.slice(0, isFile))]);
  if (options.has('--version') || word === '-V') cli.screen.data(version());
  else if (options.has('--help') || options.has('-h') || word === 'help') {
    const about = command ?? commands.find(({ name }) => name === rest[0]);
    cli.screen.data((about?.help ?? overview).trimEnd());
  } else if (command) return command.run(rest, cli);
  else if (word === undefined) {
    cli.screen.say(overview.trimEnd());
    return exitCode.usage;
  } else {
    const known = commands.map(({ name }) => name).join(', ');
    throw new UsageError(`There is no command ${JSON.stringify(word)}. Commands: ${known}.`);
  }
  return exitCode.ok;
}

function tellFault(error: unknown, command: Command | undefined, { screen, interrupts }: Cli): number {
  if (interrupts.signal.aborted && error instanceof Error && /^(AbortError|Interrupted)$/.test(error.name))
    return exitCode.interrupted;
  const message = error instanceof Error ? error.message : String(error);
  screen.say(screen.red(message));
  if (error instanceof UsageError) screen.say(`Help: blob-to-outlook ${command ? `${command.name} ` : ''}--help`);
  try {
    return codeOfError(error);
  } catch {
    if (error instanceof Error) screen.say(`This is a fault of blob-to-outlook.\n${error.stack ?? ''}`);
    return exitCode.failed;
  }
}

/** package.json stands above this file, both in the source and in dist/. */
function version(): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    try {
      const text = readFileSync(join(folder, 'package.json'), 'utf8');
      return (JSON.parse(text) as { version: string }).version;
    } catch {
      if (folder === dirname(folder)) return 'unknown';
    }
  }
}

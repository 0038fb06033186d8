import { readFileSync } from 'node:fs';
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { Api } from './api/api';
import type { Cli } from './cli';
import { UsageError } from './exitCodes';

/** The options of every command that calls the app. */
export const commonOptions = {
  url: { type: 'string' },
  'key-file': { type: 'string' },
  json: { type: 'boolean' },
} as const satisfies ParseArgsOptionsConfig;

export const commonHelp = `
Where the app is
  --url URL          default: BLOB_TO_OUTLOOK_URL, else http://127.0.0.1:7071
  --key-file FILE    a file with the app's function key; or set BLOB_TO_OUTLOOK_KEY.
                     A key is never an argument: other people on the machine can read those.
  --json             one JSON object a line on stdout
`;

/** As node:util.parseArgs. @throws UsageError */
export function parseOptions<T extends ParseArgsOptionsConfig>(args: readonly string[], options: T) {
  refuseSecrets(args);
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split('. ');
    throw new UsageError(sentence.replace(/\.?$/, '.'));
  }
}

function refuseSecrets(args: readonly string[]): void {
  const named = args.find((arg) => /^--(key|code|token|function-key)(=|$)/.test(arg));
  if (named === undefined) return;
  throw new UsageError(
    'A key is never an argument: set BLOB_TO_OUTLOOK_KEY, or put it into a file and use --key-file.',
  );
}

/** Exactly one positional argument. @throws UsageError */
export function onlyArgument(positionals: readonly string[], what: string): string {
  const [value, ...more] = positionals;
  if (value === undefined || more.length > 0) throw new UsageError(`Give one ${what}, not ${positionals.length}.`);
  return value;
}

/** The app that the options name. @throws UsageError */
export function apiOf(options: { url?: string | undefined; 'key-file'?: string | undefined }, cli: Cli): Api {
  const baseUrl = baseUrlOf(options.url ?? (cli.env['BLOB_TO_OUTLOOK_URL'] || 'http://127.0.0.1:7071'));
  const key = keyOf(options['key-file'], cli.env['BLOB_TO_OUTLOOK_KEY']);
  if (key !== undefined && isInTheClear(baseUrl))
    throw new UsageError('The key would travel unencrypted: give --url as https.');
  let last = '';
  return new Api(baseUrl, key, (reason) => {
    if (reason !== last) cli.screen.say(`${reason} Trying again.`);
    last = reason;
  });
}

function baseUrlOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) throw new UsageError('--url must be an http or https URL.');
  if (url.search || url.hash || url.username || url.password)
    throw new UsageError(
      '--url must have no query and no password: a key goes into BLOB_TO_OUTLOOK_KEY or --key-file.',
    );
  return url.origin + url.pathname.replace(/\/(api\/?)?$/, '');
}

function keyOf(file: string | undefined, fromEnvironment: string | undefined): string | undefined {
  if (file === undefined) return fromEnvironment?.trim() || undefined;
  try {
    const key = readFileSync(file, 'utf8').trim();
    if (key === '' || /[\r\n]/.test(key))
      throw new UsageError(`${file} must hold the key on one line, and nothing else.`);
    return key;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(
      `--key-file ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'no reason'}).`,
    );
  }
}

function isInTheClear(baseUrl: string): boolean {
  const { protocol, hostname } = new URL(baseUrl);
  return protocol === 'http:' && !['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
}

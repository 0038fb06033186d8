import { join } from 'node:path';
import { readJson } from './settings';

/** Levels of the host, least first, as `context.log` and host.json spell them. */
const levels = ['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none'];

/** `logging.logLevel` of host.json: the least level of each category, or of all that begin so. */
export type LogLevels = Readonly<Record<string, string>>;

const overrides = /^AzureFunctionsJobHost__logging__logLevel__/i;

/** From host.json; an app setting `AzureFunctionsJobHost__logging__logLevel__{category}` overrides it. */
export function readLogLevels(appDir: string, env: NodeJS.ProcessEnv): LogLevels {
  const host = readJson(join(appDir, 'host.json')) as { logging?: { logLevel?: Record<string, string> } };
  const fromSettings = Object.entries(env)
    .filter(([name]) => overrides.test(name))
    .map(([name, level]) => [name.replace(overrides, ''), level ?? ''] as const);
  return { ...host.logging?.logLevel, ...Object.fromEntries(fromSettings) };
}

/** Whether a line of that category and level is written: of the rules that match, the longest counts. */
export function isLogged(rules: LogLevels, category: string, level: string): boolean {
  const [, least] = Object.entries(rules)
    .filter(([pattern]) => pattern !== 'default' && covers(pattern.toLowerCase(), category.toLowerCase()))
    .sort(([a], [b]) => a.length - b.length)
    .at(-1) ?? ['', rules['default'] ?? 'Information'];
  return level !== 'none' && rank(level) >= rank(least);
}

/** A pattern is a beginning; one `*` in it stands for anything (Microsoft.Extensions.Logging, LoggerRuleSelector). */
function covers(pattern: string, category: string): boolean {
  const [begin = '', end = ''] = pattern.split('*');
  return category.length >= begin.length + end.length && category.startsWith(begin) && category.endsWith(end);
}

function rank(level: string): number {
  const found = levels.indexOf(level.toLowerCase());
  return found < 0 ? levels.indexOf('information') : found;
}

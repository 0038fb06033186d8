import { format } from 'node:util';
import { isLogged, type LogLevels } from './logLevels';

let rules: LogLevels = {};
const known = new Map<string, boolean>();

/** From here on only what these let pass is written. */
export function useLogLevels(levels: LogLevels): void {
  rules = levels;
  known.clear();
}

/**
 * One line on stderr, prefixed with the function (or `host`) that speaks; stdout is for the ready line. What a function
 * says, and what Durable says of it, has the category `Function.{name}.User`, as on the real host.
 */
export function log(level: string, source: string, ...message: unknown[]): void {
  const key = `${level} ${source}`;
  let passes = known.get(key);
  if (passes === undefined) {
    passes = isLogged(rules, source === 'host' ? 'Host.General' : `Function.${source}.User`, level);
    known.set(key, passes);
  }
  if (!passes) return;
  const mark = level === 'information' ? '' : `${level}: `;
  process.stderr.write(`[${source}] ${mark}${format(...message)}\n`);
}

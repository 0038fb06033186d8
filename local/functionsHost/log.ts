import { format } from 'node:util';

const silent = new Set(['trace', 'debug', 'none']);

/** One line on stderr, prefixed with the function (or the part of the host) that speaks; stdout is for the ready line. */
export function log(level: string, source: string, ...message: unknown[]): void {
  if (silent.has(level)) return;
  const mark = level === 'information' ? '' : `${level}: `;
  process.stderr.write(`[${source}] ${mark}${format(...message)}\n`);
}

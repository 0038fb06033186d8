import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { appRoot } from '../local/parts/paths';

const page = join(appRoot, 'docs', 'performance.md');

/**
 * Puts what a benchmark found into docs/performance.md, between the markers of that name.
 * @throws Error where the page has no such markers
 */
export function writeSection(name: string, markdown: string): void {
  const [begin, end] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
  const text = readFileSync(page, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/performance.md has no section between ${begin} and ${end}.`);
  writeFileSync(page, `${text.slice(0, from + begin.length)}\n\n${markdown.trim()}\n\n${text.slice(to)}`);
}

/** A plot beside the page: docs/images/{name}. */
export function writeImage(name: string, svg: string): void {
  const folder = join(appRoot, 'docs', 'images');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), svg);
}

/** A table as Prettier writes it. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = rows.map((row) => row.map(String));
  const widths = head.map((title, column) =>
    Math.max(3, title.length, ...cells.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n');
}

/** When and on what something was measured. */
export const measuredOn = (): string =>
  `Measured ${new Date().toISOString().slice(0, 10)} with Node ${process.versions.node} on ${process.platform}/${process.arch}.`;

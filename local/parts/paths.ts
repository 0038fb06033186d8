import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of package.json and host.json: the same whether this runs from dist/ or, in tests, from the source. */
export const appRoot = findRoot(__dirname);

/** A compiled file below dist/: `distFile('local', 'outlook', 'main.js')`. */
export function distFile(...segments: string[]): string {
  return join(appRoot, 'dist', ...segments);
}

function findRoot(from: string): string {
  if (existsSync(join(from, 'host.json'))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error('No host.json above this file: is the project complete?');
  return findRoot(parent);
}

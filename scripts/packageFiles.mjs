// What a deployment would send, by .funcignore (the rules of .gitignore, as Core Tools and azd read it).
// node_modules is left out here: it is sent as installed with `npm ci --omit=dev`, or installed over there.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import ignore from 'ignore';

const isPartOfTheApp = /^(dist\/src\/.+\.js(\.map)?|host\.json|package(-lock)?\.json|LICENSE)$/;
const required = [
  /^host\.json$/,
  /^package\.json$/,
  /^dist\/src\/functions\/.+\.js$/,
  /^dist\/src\/orchestrators\/.+\.js$/,
];

/** Paths relative to `root`, with forward slashes. */
export function packageFiles(root) {
  const rules = ignore()
    .add(readFileSync(join(root, '.funcignore'), 'utf8'))
    .add('node_modules/');
  const walk = (folder) =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = posix.join(folder, entry.name);
      if (rules.ignores(entry.isDirectory() ? `${path}/` : path)) return [];
      return entry.isDirectory() ? walk(path) : [path];
    });
  return existsSync(root) ? walk('') : [];
}

/** What is wrong with that list, one sentence each. */
export function packageProblems(files) {
  const tooMuch = files.filter((file) => !isPartOfTheApp.test(file));
  const missing = required.filter((pattern) => !files.some((file) => pattern.test(file)));
  return [
    ...tooMuch.map((file) => `${file} would be deployed, but is no part of the app: name it in .funcignore.`),
    ...missing.map((pattern) => `Nothing like ${pattern.source} would be deployed.`),
  ];
}

// node scripts/packageFiles.mjs [ROOT]: the list and what is wrong with it, as JSON
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const files = packageFiles(process.argv[2] ?? process.cwd());
  process.stdout.write(`${JSON.stringify({ files, problems: packageProblems(files) })}\n`);
}

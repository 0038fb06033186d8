// What a deployment would send, by .funcignore (the rules of .gitignore, as Core Tools and azd read it).
// node_modules is left out here: `npm run package` adds what is needed of it.
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import ignore from 'ignore';

const isPartOfTheApp =
  /^(dist\/app\/(app\.js|bundle\.js(\.map)?)|dist\/page\/[^/]+\.(html|js|css|svg)|host\.json|package(-lock)?\.json|scripts\/build\.mjs|LICENSE)$/;

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
export function packageProblems(files, root) {
  const tooMuch = files.filter((file) => !isPartOfTheApp.test(file));
  const missing = ['host.json', 'package.json', 'dist/page/index.html'].filter((name) => !files.includes(name));
  return [
    ...tooMuch.map((file) => `${file} would be deployed, but is no part of the app: name it in .funcignore.`),
    ...missing.map((name) => `${name} would not be deployed.`),
    ...(missing.includes('package.json') ? [] : functionProblems(files, root)),
  ];
}

/** The host loads what `main` matches: without any file there it starts, and has no functions. */
function functionProblems(files, root) {
  const { main = '' } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const matches = globSync(main, { cwd: root }).map((path) => path.replaceAll('\\', '/'));
  if (matches.length === 0) return [`No file matches main of package.json (${main}): build the app.`];
  const missing = matches.filter((path) => !files.includes(path));
  return missing.map((path) => `${path} has functions, but would not be deployed.`);
}

// node scripts/packageFiles.mjs [ROOT]: the list and what is wrong with it, as JSON
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const root = process.argv[2] ?? process.cwd();
  const files = packageFiles(root);
  process.stdout.write(`${JSON.stringify({ files, problems: packageProblems(files, root) })}\n`);
}

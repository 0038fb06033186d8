// Compiles src/, local/, cli/, bench/ and the simulation into dist/, bundles the app into dist/app/ and page/ into dist/page/, and does nothing when dist/ is newer than every source.
import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
if (!existsSync(join(root, 'src'))) {
  // what was deployed: a remote build in Azure runs this script too
  const built = existsSync(join(root, 'dist', 'app', 'app.js'));
  console.log(built ? 'Already built.' : 'There is nothing to build: src/ and dist/app/app.js are missing.');
  process.exit(built ? 0 : 1);
}
const stamp = join(root, 'dist', '.built');
const newest = (path) =>
  !existsSync(path)
    ? 0
    : statSync(path).isDirectory()
      ? Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))))
      : statSync(path).mtimeMs;
/** The simulation runs outside of jest, and bench/ measures with it. */
const simulation = ['test/simulation', 'test/orchestrators/support', 'test/functions/support'];
const compiled = ['src', 'local', 'cli', 'bench', ...simulation].map((room) => `${room}/**/*.ts`);
const sources = [
  'src',
  'local',
  'cli',
  'bench',
  'page',
  'scripts',
  'tsconfig.json',
  'package-lock.json',
  ...simulation,
];

if (!existsSync(stamp) || statSync(stamp).mtimeMs < Math.max(...sources.map((name) => newest(join(root, name))))) {
  const startedAt = new Date();
  const { compile } = await import('./compile.mjs'); // not deployed with this script, nor are the others
  compile(root, compiled);
  const { removeStale } = await import('./removeStale.mjs');
  removeStale(root, ['src', 'local', 'cli', 'bench', 'test']);
  const { bundleApp } = await import('./bundleApp.mjs');
  const { buildPage } = await import('./buildPage.mjs');
  await Promise.all([bundleApp(root), buildPage(root)]);
  writeFileSync(stamp, '');
  utimesSync(stamp, startedAt, startedAt);
}

// Compiles src/, local/, cli/ and bench/ into dist/, bundles the app into dist/app/ and page/ into dist/page/, and does nothing when dist/ is newer than every source.
import { spawnSync } from 'node:child_process';
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
const sources = [
  'src',
  'local',
  'cli',
  'bench',
  'page',
  'scripts',
  'tsconfig.json',
  'tsconfig.local.json',
  'package-lock.json',
];

if (!existsSync(stamp) || statSync(stamp).mtimeMs < Math.max(...sources.map((name) => newest(join(root, name))))) {
  const startedAt = new Date();
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-b', 'tsconfig.json', 'tsconfig.local.json'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
  const { removeStale } = await import('./removeStale.mjs'); // not deployed with this script
  removeStale(root, ['src', 'local', 'cli', 'bench']);
  const { bundleApp } = await import('./bundleApp.mjs');
  const { buildPage } = await import('./buildPage.mjs');
  await Promise.all([bundleApp(root), buildPage(root)]);
  writeFileSync(stamp, '');
  utimesSync(stamp, startedAt, startedAt);
}

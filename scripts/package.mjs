// npm run package: what is deployed, whole, in dist/package: the app as one file, the few packages that stay apart, each of
// those that are loaded later as one file too, host.json and the page. Nothing has to be built or installed over there
// (azure.yaml: remoteBuild false). Few files start faster than some 14,000, above all from a network share.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { apart, bundleApp, bundleFolder, bundlePackage, loadedLater } from './bundleApp.mjs';
import { installedClosure } from './packaging/installedClosure.mjs';
import { thirdPartyNotices } from './packaging/thirdPartyNotices.mjs';
import { packageFiles, packageProblems } from './packageFiles.mjs';

const root = join(import.meta.dirname, '..');
const target = join(root, 'dist', 'package');

const built = spawnSync(process.execPath, [join(root, 'scripts', 'build.mjs')], { stdio: 'inherit' });
if (built.status !== 0) process.exit(built.status ?? 1);
const files = packageFiles(root);
const problems = packageProblems(files, root);
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
rmSync(target, { recursive: true, force: true });
const others = files.filter(
  (file) => !file.startsWith('dist/app/') && !/^(package(-lock)?\.json|scripts\/.*)$/.test(file),
);
for (const file of others) copy(file);

const bundled = await bundleApp(root, join(target, bundleFolder), { sourcemap: false });
for (const name of loadedLater) {
  const { version, license } = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'));
  const folder = join(target, 'node_modules', name);
  bundled.push(...(await bundlePackage(root, name, join(folder, 'index.js'))));
  writeJson(join(folder, 'package.json'), { name, version, license, main: 'index.js' });
}
const closure = installedClosure(root, apart);
for (const path of closure) copy(path);
writeFileSync(join(target, 'THIRD_PARTY_NOTICES.txt'), thirdPartyNotices(root, [...bundled, ...closure]));
const kept = [...apart, ...loadedLater].sort();
writeJson(join(target, 'package.json'), {
  name: `${manifest.name}-deployed`,
  version: manifest.version,
  license: manifest.license,
  private: true,
  main: manifest.main,
  engines: manifest.engines,
  dependencies: Object.fromEntries(kept.map((name) => [name, manifest.dependencies[name]])),
});

const sizes = readdirSync(target, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => statSync(join(entry.parentPath, entry.name)).size);
const bytes = sizes.reduce((sum, size) => sum + size, 0);
console.log(`${relative(root, target)}: ${sizes.length} files, ${(bytes / 1024 / 1024).toFixed(1)} MiB`);

function copy(path) {
  mkdirSync(dirname(join(target, path)), { recursive: true });
  // a package comes without what is installed below it: the closure names that itself
  const filter = (from) => !relative(join(root, path), from).split(/[\\/]/).includes('node_modules');
  cpSync(join(root, path), join(target, path), { recursive: true, filter });
}

function writeJson(file, value) {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}

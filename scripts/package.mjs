// npm run package: what is deployed, whole, in dist/package: the app as one file, the few packages that must stay apart,
// host.json and the page. Nothing has to be built or installed over there (azure.yaml: remoteBuild false). One file instead
// of some 14,000 starts faster, above all from a network share.
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { bundle } from './packaging/bundle.mjs';
import { installedClosure } from './packaging/installedClosure.mjs';
import { thirdPartyNotices } from './packaging/thirdPartyNotices.mjs';
import { packageFiles, packageProblems } from './packageFiles.mjs';

const root = join(import.meta.dirname, '..');
const target = join(root, 'dist', 'package');

/**
 * Not bundled: whoever instruments the app (OpenTelemetry) finds this package by its name when it is loaded.
 * @azure/functions-core is the host's own and is found nowhere else.
 */
const apart = ['@azure/functions'];

const built = spawnSync(process.execPath, [join(root, 'scripts', 'build.mjs')], { stdio: 'inherit' });
if (built.status !== 0) process.exit(built.status ?? 1);
const files = packageFiles(root);
const problems = packageProblems(files, root);
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
rmSync(target, { recursive: true, force: true });
const others = files.filter(
  (file) => !file.startsWith('dist/src/') && !/^(package(-lock)?\.json|scripts\/.*)$/.test(file),
);
for (const file of others) copy(file);

const entries = globSync(manifest.main, { cwd: root }).sort();
const bundled = await bundle({ root, entries, outfile: join(target, 'dist', 'src', 'app.js'), apart });
const closure = installedClosure(root, apart);
for (const path of closure) copy(path);
writeFileSync(join(target, 'THIRD_PARTY_NOTICES.txt'), thirdPartyNotices(root, [...bundled, ...closure]));
writeFileSync(
  join(target, 'package.json'),
  `${JSON.stringify(
    {
      name: `${manifest.name}-deployed`,
      version: manifest.version,
      license: manifest.license,
      private: true,
      main: 'dist/src/app.js',
      engines: manifest.engines,
      dependencies: Object.fromEntries(apart.map((name) => [name, manifest.dependencies[name]])),
    },
    null,
    2,
  )}\n`,
);

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

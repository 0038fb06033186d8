// npm run check: format, lint, types, the Bicep files, and what would be deployed. Says everything that is wrong, then
// exits 1.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkBicep } from './bicep/checkBicep.mjs';
import { checkDependencies } from './dependencies/checkDependencies.mjs';
import { packageFiles, packageProblems } from './packageFiles.mjs';

const root = join(import.meta.dirname, '..');

/** A tool of node_modules, run by this Node. */
const tool =
  (script, ...args) =>
  () =>
    spawnSync(process.execPath, [join(root, script), ...args], { cwd: root, stdio: 'inherit' }).status === 0;

/**
 * What has not changed is not looked at again, but in CI: a rule that reads types may say something else of a file whose
 * imports have changed.
 */
const cache = (folder = 'prettier') =>
  process.env.CI ? [] : ['--cache', '--cache-location', `node_modules/.cache/${folder}`];

const prettier = 'node_modules/prettier/bin/prettier.cjs';
const tsc = 'node_modules/typescript/bin/tsc';
const depcruise = 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs';
const rooms = ['src', 'local', 'cli', 'bench', 'page', 'test'].filter((name) => existsSync(join(root, name)));
const checks = [
  ['format', tool(prettier, '--check', '--log-level', 'warn', ...cache(), '.')],
  ['lint', tool('node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0', ...cache('eslint/'))],
  ['imports: one arrow, no circle', tool(depcruise, ...rooms, '--config', '.dependency-cruiser.cjs')],
  ['types: core, without any package', tool(tsc, '-p', 'src/core')],
  ['types: the page', tool(tsc, '-p', 'page')],
  ['types: everything', tool(tsc, '-p', 'tsconfig.test.json')],
  ['build', tool('scripts/build.mjs')],
  ['OpenAPI document', openapiIsRight],
  ['what would be deployed', nothingTooMuch],
  ['dependencies: pins, licences, advisories', () => checkDependencies(root)],
  ['Bicep: format, lint, what it compiles to', checkBicep],
];

/** The document as the built app answers it. */
function openapiIsRight() {
  const folder = mkdtempSync(join(tmpdir(), 'blob-to-outlook-openapi-'));
  const file = join(folder, 'openapi.json');
  const write =
    'const { openapiDocument } = require("./dist/src/functions/api/openapi.js");' +
    'require("node:fs").writeFileSync(process.argv[1], JSON.stringify(openapiDocument(), null, 2));';
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  const run = (...args) => spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env }).status === 0;
  const redocly = join(root, 'node_modules/@redocly/cli/bin/cli.js');
  const ok = run('-e', write, file) && run(redocly, 'lint', file, '--config', 'redocly.yaml', '--format', 'stylish');
  rmSync(folder, { recursive: true, force: true });
  return ok;
}

function nothingTooMuch() {
  const problems = packageProblems(packageFiles(root), root);
  for (const problem of problems) console.error(problem);
  return problems.length === 0;
}

let failed = 0;
for (const [name, passes] of checks) {
  const startedAt = Date.now();
  const result = await passes(); // true, false, or why it was skipped
  if (!result) failed++;
  const word = result === true ? 'ok     ' : result ? 'SKIPPED' : 'FAILED ';
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  console.log(`${word} ${name} (${typeof result === 'string' ? result : `${seconds} s`})`);
}
console.log(failed === 0 ? 'All checks passed.' : `${failed} of ${checks.length} checks failed.`);
process.exit(failed === 0 ? 0 : 1);

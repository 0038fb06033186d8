// npm run test:func: the end-to-end suite on Azure Functions Core Tools instead of the local host. Without `func` it is
// skipped, and says so; with FUNC_REQUIRED=1 (as in CI) that is a failure. Arguments go to jest, such as a spec's path.
import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';

const root = join(import.meta.dirname, '..');
// the worker of Core Tools takes `node` from the PATH: the project's own Node 22
const PATH = [join(root, 'node_modules', 'node', 'bin'), join(root, 'node_modules', '.bin'), process.env.PATH].join(
  delimiter,
);
const shell = process.platform === 'win32';
const func = spawnSync('func', ['--version'], { env: { ...process.env, PATH }, encoding: 'utf8', shell });

if (func.status !== 0) {
  console.log('SKIPPED: Azure Functions Core Tools ("func") are not on the PATH, so nothing was tested on them.');
  console.log('Install them: npm install -g azure-functions-core-tools@4');
  process.exit(process.env.FUNC_REQUIRED === '1' ? 1 : 0);
}
console.log(`Azure Functions Core Tools ${func.stdout.trim()}`);
const specs = process.argv.length > 2 ? process.argv.slice(2) : ['test/e2e'];
const jest = [join(root, 'node_modules', 'jest', 'bin', 'jest.js'), '--runInBand', ...specs];
const env = { ...process.env, PATH, TEST_HOST: 'func', FUNCTIONS_CORE_TOOLS_TELEMETRY_OPTOUT: '1' };
process.exit(spawnSync(process.execPath, jest, { cwd: root, env, stdio: 'inherit' }).status ?? 1);

// Loads the built app as a worker does, in a fresh process, and answers how long that took: one line of JSON.
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { CoreApi } from '../local/functionsHost/coreApi';
import { appRoot } from '../local/parts/paths';

// eslint-disable-next-line @typescript-eslint/no-require-imports -- a path known only now, CommonJS on both sides
const load = (path: string): unknown => require(path) as unknown;

const { main } = load(join(appRoot, 'package.json')) as { main: string };
const core = new CoreApi();
core.install();
const files = globSync(main, { cwd: appRoot }).sort();
const [startedAt, before] = [performance.now(), process.cpuUsage()];
for (const file of files) load(join(appRoot, file));
const wallMs = performance.now() - startedAt;
const { user, system } = process.cpuUsage(before);
const modules = Object.keys(require.cache).length;
const measured = { wallMs, cpuMs: (user + system) / 1000, modules, functions: core.functions.size };
process.stdout.write(`${JSON.stringify(measured)}\n`, () => process.exit(0));

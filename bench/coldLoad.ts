import { execFile } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { appRoot, distFile } from '../local/parts/paths';
import { median, repeats, round, type Benchmark } from './measure';

const run = promisify(execFile);
const runs = repeats(9);

interface Load {
  wallMs: number;
  cpuMs: number;
  modules: number;
  functions: number;
}

/** Requiring all that package.json names as `main`, in a fresh process: what each new worker does before it serves. */
export const coldLoad: Benchmark = async () => {
  const first = await loadsOf({ NODE_DISABLE_COMPILE_CACHE: '1' });
  const loads = await loadsOf({});
  const { modules = 0, functions = 0 } = loads[0] ?? {};
  const [wallMs, firstMs] = [loads, first].map((all) => median(all.map((load) => load.wallMs)));
  const cpuMs = Math.round(median(loads.map((load) => load.cpuMs)));
  const vs =
    `${cpuMs} ms of CPU, ${modules} modules, ${functions} functions; where no process has kept what V8 made of it: ` +
    `${Math.round(firstMs ?? 0)} ms; medians of ${runs}`;
  return [{ name: 'cold_load_ms', value: round(wallMs ?? 0), unit: 'ms', vs }];
};

async function loadsOf(env: NodeJS.ProcessEnv): Promise<Load[]> {
  const loads: Load[] = [];
  for (let n = 0; n <= runs; n++) {
    const options = { cwd: appRoot, env: { ...process.env, ...env } };
    const { stdout } = await run(process.execPath, [distFile('bench', 'coldLoadMain.js')], options);
    if (n > 0) loads.push(JSON.parse(stdout) as Load); // the first one fills the system's caches
  }
  return loads;
}

/** What a deployment holds: the app's own files, and the packages that `npm ci --omit=dev` installs. */
export const packageSize: Benchmark = async () => {
  const listed = await run(process.execPath, [join(appRoot, 'scripts', 'packageFiles.mjs'), appRoot]);
  const { files } = JSON.parse(listed.stdout) as { files: string[] };
  const ownKb = kilobytes(files.reduce((sum, file) => sum + statSync(join(appRoot, file)).size, 0));
  const npm = await run('npm', ['ls', '--omit=dev', '--all', '--parseable'], {
    cwd: appRoot,
    maxBuffer: 16 * 1024 * 1024,
    shell: process.platform === 'win32',
  });
  const packages = npm.stdout.split('\n').filter((path) => path !== '' && path !== appRoot);
  const packagesKb = kilobytes(packages.reduce((sum, folder) => sum + sizeOf(folder), 0));
  const vs = `${ownKb} kB of our own in ${files.length} files, ${packagesKb} kB in ${packages.length} packages`;
  return [{ name: 'package_size_kb', value: ownKb + packagesKb, unit: 'kB', vs }];
};

const kilobytes = (bytes: number): number => Math.round(bytes / 1000);

/** Bytes of a package's files, without the packages below it: those are listed themselves. */
function sizeOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? sum : sum + sizeOf(path);
    return entry.isFile() ? sum + statSync(path).size : sum;
  }, 0);
}

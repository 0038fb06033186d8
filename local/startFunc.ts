// npm run start:func: the same app on Azure Functions Core Tools, with Azurite and the stand-in of Outlook.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { askedToStop } from './parts/askedToStop';
import { optionsFromEnvironment } from './parts/environment';
import { tellReady } from './parts/hints';
import { startLaptop, type Laptop } from './parts/laptop';
import { appRoot } from './parts/paths';
import { freePorts } from './parts/ports';

const missing = `Azure Functions Core Tools ("func") are not on the PATH. Install them:
  npm install -g azure-functions-core-tools@4
or, without installing: npx -p azure-functions-core-tools@4 npm run start:func
"npm start" runs the same app without them.`;

/** The project's own Node 22 first: the worker of Core Tools takes `node` from the PATH and may refuse a newer one. */
const path = [join(appRoot, 'node_modules', '.bin'), process.env['PATH'] ?? ''].join(delimiter);
const onWindows = process.platform === 'win32'; // there `func` is a .cmd, which only a shell starts

function hasFunc(): boolean {
  return spawnSync('func', ['--version'], { env: { ...process.env, PATH: path }, shell: onWindows }).status === 0;
}

function startFunc(laptop: Laptop, port: number): ChildProcess {
  return spawn('func', ['start', '--port', `${port}`], {
    cwd: appRoot,
    env: { ...process.env, AzureWebJobsSecretStorageType: 'files', ...laptop.environment, PATH: path },
    stdio: 'inherit',
    shell: onWindows,
  });
}

async function main(): Promise<number> {
  if (!hasFunc()) {
    console.error(missing);
    return 1;
  }
  const stop = askedToStop();
  const options = optionsFromEnvironment();
  const port = options.port || ((await freePorts(1))[0] ?? 0);
  const laptop = await startLaptop({ ...options, withHost: false });
  laptop.apiUrl = `http://127.0.0.1:${port}`;
  const func = startFunc(laptop, port);
  const ended = new Promise<number>((resolve) => {
    func.once('exit', (code) => resolve(code ?? 1));
    func.once('error', () => resolve(1));
  });
  try {
    const first = await Promise.race([stop, ended, tellWhenReady(laptop)]);
    if (first !== 'stop') return first;
    func.kill('SIGTERM');
    await ended;
    return 0;
  } finally {
    func.kill('SIGTERM');
    await laptop.stop();
  }
}

/** Never ends by itself. The first start of Core Tools may have to fetch its extension bundle. */
async function tellWhenReady(laptop: Laptop): Promise<never> {
  await laptop.untilServing(300_000);
  await tellReady(laptop);
  return laptop.died;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);

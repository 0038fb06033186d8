// npm run dev: npm start that builds src/ at each change and loads the app anew. Host, storage, stand-in and state stay.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { askedToStop } from './parts/askedToStop';
import { optionsFromEnvironment } from './parts/environment';
import { exitWith } from './parts/exitWith';
import { startLaptop, type Laptop } from './parts/laptop';
import { appRoot } from './parts/paths';
import { serve } from './parts/serve';
import { watchBuild } from './parts/watchBuild';

const run = promisify(execFile);

async function main(): Promise<void> {
  const stop = askedToStop();
  const laptop = await startLaptop(optionsFromEnvironment());
  let isFirst = true;
  const endWatch = watchBuild(appRoot, 'tsconfig.json', (errors) => {
    if (errors > 0) console.error(`${errors} errors: the app goes on as it was built last.`);
    else if (isFirst) console.error('Watching src/: a change is built and loaded. Changes elsewhere need a new start.');
    else void reload(laptop);
    isFirst = false;
  });
  try {
    await Promise.race([stop, serve(laptop)]);
  } finally {
    endWatch();
    await laptop.stop();
  }
}

/** Bundles what was compiled and lets the host load it. Running uploads go on. */
async function reload(laptop: Laptop): Promise<void> {
  try {
    await run(process.execPath, [join(appRoot, 'scripts', 'bundleApp.mjs')]);
  } catch (error) {
    console.error(`The app goes on as it was built last: ${String(error)}`);
    return;
  }
  try {
    const { status } = await fetch(`${laptop.apiUrl}/admin/host/restart`, { method: 'POST' });
    console.error(status === 200 ? 'The change is loaded.' : `The host answered ${status}: the change is not loaded.`);
  } catch (error) {
    console.error(`The host was not reached, the change is not loaded: ${String(error)}`);
  }
}

exitWith(main());

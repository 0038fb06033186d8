// A part that runs the app on Azure Functions Core Tools instead of the local host: npm run test:func. It says that it serves with
// the local host's own words, and ends with what it started.
import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { appRoot } from './parts/paths';

const port = process.env['PORT'] ?? '7071';
const url = `http://127.0.0.1:${port}`;
const func = spawn('func', ['start', '--port', port], {
  cwd: process.env['FUNCTIONS_APP_DIR'] ?? appRoot,
  env: { ...process.env, AzureWebJobsSecretStorageType: 'files' },
  stdio: ['ignore', 2, 2], // stdout is for the ready line
  shell: process.platform === 'win32',
});
func.once('error', (error) => {
  console.error(`func could not be started: ${error.message}`);
  process.exit(1);
});
func.once('exit', (code) => process.exit(code ?? 1));
process.once('SIGTERM', () => void func.kill('SIGTERM'));

async function tellWhenServing(): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/api/health`).catch(() => undefined);
    // before the app is loaded the host itself answers 404 or 503, as text
    if (answer?.headers.get('content-type')?.includes('json')) break;
    await delay(500);
  }
  process.stdout.write(`Functions host ready: ${url}\n`);
}
void tellWhenServing();

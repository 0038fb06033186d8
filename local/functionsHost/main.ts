// Runs the built app in FUNCTIONS_APP_DIR as the real Functions host would: README.md in this folder.
import { once } from 'node:events';
import { FunctionsHost } from './host';
import { log, useLogLevels } from './log';
import { readLogLevels } from './logLevels';
import { readSettings, Refusal } from './settings';

// node:sqlite calls itself experimental on every start
process.removeAllListeners('warning');
process.on('warning', (warning) => {
  if (warning.name !== 'ExperimentalWarning') log('warning', 'host', warning.message);
});

async function main(): Promise<void> {
  const settings = readSettings(process.env, process.cwd());
  useLogLevels(readLogLevels(settings.appDir, process.env));
  const host = new FunctionsHost(settings, process.env);
  const stop = (): void => void host.stop().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  const go = process.env['START'] === 'onGo' ? once(process, 'message') : undefined;
  console.log(`Functions host ready: ${await host.start(go)}`);
}

main().catch((error: unknown) => {
  log('error', 'host', error instanceof Refusal ? `refused: ${error.message}` : error);
  process.exit(1);
});

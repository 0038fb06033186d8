// The worker: loads the unmodified app and runs its functions for the host that forked it. Ends with its host.
import { randomUUID } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CoreApi } from './coreApi';
import { log, useLogLevels } from './log';
import { readLogLevels } from './logLevels';
import type { FromWorker, ToWorker } from './protocol';

const core = new CoreApi();
const send = (message: FromWorker): void => void process.send?.(message);

function loadApp(appDir: string): void {
  const { main } = JSON.parse(readFileSync(join(appDir, 'package.json'), 'utf8')) as { main?: string };
  for (const file of globSync(main ?? 'index.js', { cwd: appDir }).sort()) {
    try {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- a path known only now, CommonJS on both sides
      require(join(appDir, file));
    } catch (error) {
      // as on the real host: one file that throws on load removes every function, and only the log names it
      log('error', 'host', `Worker was unable to load entry point "${file}":`, error);
      core.functions.clear();
      return;
    }
  }
}

async function answer({ id, ...invocation }: ToWorker): Promise<FromWorker> {
  try {
    return { kind: 'returned', id, value: await core.invoke(randomUUID(), invocation) };
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    return { kind: 'threw', id, message: error.message, stack: error.stack ?? '' };
  }
}

async function start(): Promise<void> {
  useLogLevels(readLogLevels(process.cwd(), process.env));
  core.install();
  loadApp(process.cwd());
  const refusals = await core.close();
  process.on('message', (message: ToWorker) => void answer(message).then(send));
  send({ kind: 'loaded', functions: [...core.functions.values()].map((f) => f.metadata), refusals });
}

process.on('disconnect', () => process.exit(0));
// the host decides when its worker ends: a Ctrl-C in the terminal reaches both
process.on('SIGINT', () => undefined);
void start();

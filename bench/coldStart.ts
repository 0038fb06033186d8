import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appRoot, distFile } from '../local/parts/paths';
import { median, round, type Benchmark } from './measure';

const runs = 5;

/** `npm start` of what is built, with an empty DATA_DIR, until its ready line: npm, the check of the build, all parts. */
export const coldStart: Benchmark = async () => {
  const viaNpm: number[] = [];
  const direct: number[] = [];
  for (let run = 0; run < runs; run++) {
    viaNpm.push(await untilReady('npm', ['start']));
    direct.push(await untilReady(process.execPath, [distFile('local', 'start.js')]));
  }
  const vs = `node dist/local/start.js without npm: ${Math.round(median(direct))} ms; medians of ${runs}`;
  return [{ name: 'cold_start_ms', value: round(median(viaNpm)), unit: 'ms', vs }];
};

async function untilReady(command: string, args: string[]): Promise<number> {
  const dataDir = mkdtempSync(join(tmpdir(), 'blob-to-outlook-bench-'));
  const startedAt = performance.now();
  const child = spawn(command, args, {
    cwd: appRoot,
    env: { ...process.env, PORT: '0', DATA_DIR: dataDir, AzureWebJobsStorage: '', GRAPH_ENDPOINT: '' },
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
    shell: process.platform === 'win32',
  });
  let text = '';
  for await (const piece of child.stdout) {
    text += String(piece);
    if (/^Ready: http/m.test(text)) break;
  }
  const tookMs = performance.now() - startedAt;
  if (!/^Ready: http/m.test(text)) throw new Error(`It ended before it was ready: ${text}`);
  const exited = once(child, 'exit');
  if (child.pid !== undefined) process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGTERM');
  await exited;
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 });
  return tookMs;
}

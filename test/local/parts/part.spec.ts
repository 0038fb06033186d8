import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startPart, type Part } from '../../../local/parts/part';
import { distFile } from '../../../local/parts/paths';
import { holdTimers, letPass, untilSo } from '../../support/heldTimers';

let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'blob-to-outlook-part-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program that writes "asked" into its file when it is asked to end. */
function program(name: string, body: string): string {
  const file = join(folder, `${name}.js`);
  writeFileSync(file, body);
  return file;
}

const polite = `process.on('SIGTERM', () => { require('fs').writeFileSync(process.argv[2], 'asked'); process.exit(0); });
setInterval(() => {}, 1000);
console.log('up: ' + process.pid);`;

const start = (name: string, body: string, args: string[] = []): Promise<Part> =>
  startPart({ name, script: program(name, body), args, readyLine: /up: (\d+)/, logFile: join(folder, `${name}.log`) });

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The time limit of the test ends it. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(25);
}

describe('a part', () => {
  it('is asked to end as by SIGTERM, and is gone after stop', async () => {
    const mark = join(folder, 'stop.mark');
    const part = await start('stopped', polite, [mark]);
    await part.stop();
    expect(readFileSync(mark, 'utf8')).toBe('asked');
    expect(isAlive(part.pid)).toBe(false);
  });

  it('is asked to end when its parent is killed', async () => {
    const mark = join(folder, 'orphan.mark');
    const parent = program(
      'parent',
      `const { startPart } = require(${JSON.stringify(distFile('local', 'parts', 'part.js'))});
       startPart({ name: 'x', script: ${JSON.stringify(program('child', polite))}, args: [${JSON.stringify(mark)}], readyLine: /up/ })
         .then((part) => console.log('pid ' + part.pid));`,
    );
    const killed = spawn(process.execPath, [parent], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await new Promise<Buffer>((resolve) => killed.stdout.once('data', resolve))).toString().split('\n');
    const child = Number(line?.slice('pid '.length));
    expect(isAlive(child)).toBe(true);
    killed.kill('SIGKILL');
    await until(() => !isAlive(child));
    expect(existsSync(mark)).toBe(true);
  });

  it('is killed with what it forked by kill9, and is not asked', async () => {
    const mark = join(folder, 'kill9.mark');
    const grandchild = program('grandchild', polite);
    const part = await start(
      'forking',
      `const child = require('child_process').fork(${JSON.stringify(grandchild)}, [${JSON.stringify(mark)}], { silent: true });
       child.stdout.once('data', (text) => console.log(String(text)));
       setInterval(() => {}, 1000);`,
    );
    await part.kill9();
    await until(() => !isAlive(part.pid) && !isAlive(Number(part.ready[1])));
    expect(existsSync(mark)).toBe(false);
  });

  it('that ends before it is ready is an error with its last words', async () => {
    const starting = start('broken', `console.error('no such database'); process.exit(3);`);
    await expect(starting).rejects.toThrow(/broken ended before it was ready: exit code 3\nno such database/);
  });

  it('that stays silent is an error and is killed', async () => {
    const pidFile = join(folder, 'silent.pid');
    const script = program(
      'silent',
      `require('fs').writeFileSync(process.argv[2], '' + process.pid); setInterval(() => {}, 1000);`,
    );
    holdTimers(); // its time is over once it runs
    const starting = startPart({ name: 'silent', script, args: [pidFile], readyLine: /never/, readyWithinMs: 700 });
    const silent = expect(starting).rejects.toThrow('silent was not ready within 700 ms');
    await untilSo(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '');
    letPass(700);
    await silent;
    jest.useRealTimers();
    await until(() => !isAlive(Number(readFileSync(pidFile, 'utf8'))));
  });

  it('does not put its forks on a leash to itself', async () => {
    const part = await start(
      'flags',
      `console.log('up: 1 ' + JSON.stringify(process.execArgv)); setInterval(() => {}, 1000);`,
    );
    expect(part.ready.input).not.toContain('leash');
    await part.stop();
  });
});

describe('the programs behind the commands', () => {
  const run = (script: string, env: NodeJS.ProcessEnv): Promise<{ code: number; stderr: string }> =>
    new Promise((resolve) => {
      execFile(process.execPath, [distFile('local', script)], { env: { ...process.env, ...env } }, (error, _, stderr) =>
        resolve({ code: Number(error?.code ?? 0), stderr }),
      );
    });

  it('refuse a PORT that is none', async () => {
    const { code, stderr } = await run('start.js', { PORT: '70x', DATA_DIR: join(folder, 'data') });
    expect([code, stderr]).toEqual([1, expect.stringContaining('PORT is "70x"')]);
  });

  it('say how to install Core Tools where they are missing', async () => {
    const { code, stderr } = await run('startFunc.js', { PATH: folder, DATA_DIR: join(folder, 'data') });
    expect([code, stderr]).toEqual([1, expect.stringContaining('npm install -g azure-functions-core-tools@4')]);
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { appRoot } from '../../local/parts/paths';

jest.setTimeout(300_000); // a compiler's start on a machine that may be busy

const copied = ['dist/local', 'scripts/bundleApp.mjs', 'package.json', 'host.json', 'tsconfig.json'];
const functionText = (answer: string): string =>
  `app.http('health', { route: 'api/health', methods: ['GET'], authLevel: 'anonymous', handler: () => ({ body: '${answer}' }) });\n`;

/** The project in a folder of its own, with an app of one function: it answers its health with a text. */
class SmallProject {
  readonly root = mkdtempSync(join(tmpdir(), 'blob-to-outlook-dev-'));

  constructor() {
    for (const name of copied) cpSync(join(appRoot, name), join(this.root, name), { recursive: true });
    symlinkSync(join(appRoot, 'node_modules'), join(this.root, 'node_modules'), 'dir');
    for (const folder of ['src/functions', 'dist/app']) mkdirSync(join(this.root, folder), { recursive: true });
    const built = `const { app } = require('@azure/functions');\n${functionText('zeroth')}`;
    writeFileSync(join(this.root, 'dist/app/app.js'), built);
    this.write('zeroth');
  }

  write(answer: string, more = ''): void {
    const text = `import { app } from '@azure/functions';\n${functionText(answer)}${more}`;
    writeFileSync(join(this.root, 'src/functions/health.ts'), text);
  }
}

/** The time limit of the test ends it. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(25);
}

it('npm run dev loads a changed source into the running app, and says what is wrong with another', async () => {
  const project = new SmallProject();
  const { root } = project;
  const child = spawn(process.execPath, [join(root, 'dist/local/dev.js')], {
    cwd: root,
    env: { ...process.env, PORT: '0', DATA_DIR: join(root, 'data'), AzureWebJobsStorage: '', GRAPH_ENDPOINT: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  try {
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (said += data.toString()));
    const count = (text: string): number => said.split(text).length - 1;
    await until(() => /^Ready: http/m.test(said) && count('Watching src/') === 1);
    const url = `${/^Ready: (\S+)$/m.exec(said)?.[1]}/api/health`;
    const answer = async (): Promise<string> => (await fetch(url)).text();
    expect(await answer()).toBe('zeroth');

    project.write('first');
    await until(() => count('The change is loaded.') === 1);
    expect(await answer()).toBe('first');

    project.write('second', `export const wrong: number = 'text';\n`);
    await until(() => count('the app goes on as it was built last') === 1);
    expect(said).toMatch(/health\.ts\(\d+,\d+\): error TS2322/);
    expect(await answer()).toBe('first');

    project.write('third');
    await until(() => count('The change is loaded.') === 2);
    expect(await answer()).toBe('third');
  } finally {
    child.kill('SIGTERM');
    await exited;
    rmSync(root, { recursive: true, force: true, maxRetries: 15, retryDelay: 100 });
  }
});

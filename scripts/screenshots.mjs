// npm run screenshots [-- FOLDER]: pictures of the page's states, taken while its specs run. Default: .data/screenshots.
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

const root = join(import.meta.dirname, '..');
const into = resolve(process.argv[2] ?? join(root, '.data', 'screenshots'));
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const { status } = spawnSync(process.execPath, [jest, 'test/page/attaching.spec.ts', 'test/page/operating.spec.ts'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, SCREENSHOTS: into },
});
console.log(`Pictures: ${into}`);
process.exit(status ?? 1);

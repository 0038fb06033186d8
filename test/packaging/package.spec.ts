import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { appRoot } from '../../local/parts/paths';

interface Listing {
  files: string[];
  problems: string[];
}

const listing = (root: string): Listing =>
  JSON.parse(
    execFileSync(process.execPath, ['scripts/packageFiles.mjs', root], { cwd: appRoot, encoding: 'utf8' }),
  ) as Listing;

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'blob-to-outlook-package-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(...paths: string[]): void {
  cpSync(join(appRoot, '.funcignore'), join(folder, '.funcignore'));
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), '');
  }
}

const app = ['dist/src/functions/uploads/a.js', 'dist/src/orchestrators/b.js', 'host.json', 'package.json'];

describe('what would be deployed', () => {
  it('is the compiled app, host.json and package.json', () => {
    put(...app, 'dist/src/functions/uploads/a.d.ts', 'src/functions/uploads/a.ts', 'node_modules/x/index.js');
    expect(listing(folder)).toEqual({ files: app, problems: [] });
  });

  it('is nothing from the rooms below the line, no local settings and no local state', () => {
    put(...app);
    put('test/a.spec.ts', 'local/start.ts', 'cli/a.ts', 'bench/main.ts', 'scripts/a.mjs', 'docs/a.md', 'README.md');
    put(
      'dist/local/start.js',
      'dist/cli/a.js',
      'dist/bench/main.js',
      'dist/test/a.js',
      'dist/src.tsbuildinfo',
      'dist/.built',
    );
    put(
      '.data/upload-url.key',
      '.git/HEAD',
      '.env',
      'local.settings.json',
      'local.settings.sample.json',
      'tsconfig.json',
    );
    expect(listing(folder).files).toEqual(app);
  });

  it('is refused with a file that nobody named', () => {
    put(...app, 'secrets.txt', 'dist/src/functions/uploads/note.txt');
    expect(listing(folder).problems).toEqual([
      expect.stringMatching(/^dist\/src\/functions\/uploads\/note\.txt would be deployed/),
      expect.stringMatching(/^secrets\.txt would be deployed/),
    ]);
  });

  it('is refused without the functions', () => {
    put('dist/src/orchestrators/b.js', 'host.json', 'package.json');
    expect(listing(folder).problems).toEqual([expect.stringContaining('functions')]);
  });
});

describe('the package of this checkout', () => {
  it('has no problems', () => {
    expect(listing(appRoot).problems).toEqual([]);
  });

  it('loads with its declared dependencies alone', () => {
    const { files } = listing(appRoot);
    for (const file of files) cpSync(join(appRoot, file), join(folder, file));
    const { dependencies } = JSON.parse(readFileSync(join(appRoot, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    for (const name of Object.keys(dependencies)) {
      mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true });
      symlinkSync(join(appRoot, 'node_modules', name), join(folder, 'node_modules', name), 'junction');
    }
    const entries = files.filter((file) => /^dist\/src\/(functions|orchestrators)\/.+\.js$/.test(file));
    const load = `for (const file of ${JSON.stringify(entries)}) require('./' + file); process.exit(0);`;
    execFileSync(process.execPath, ['-e', load], { cwd: folder, env: { PATH: process.env['PATH'] }, stdio: 'pipe' });
    expect(entries.length).toBeGreaterThan(0);
  });
});

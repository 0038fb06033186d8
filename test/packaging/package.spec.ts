import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'blob-to-outlook-package-'));
  cpSync(join(appRoot, '.funcignore'), join(folder, '.funcignore'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(...paths: string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), path === 'package.json' ? '{ "main": "dist/app/*.js" }' : '');
  }
}

const app = ['dist/app/app.js', 'dist/page/index.html', 'host.json', 'package.json'];

describe('what would be deployed', () => {
  it('is the compiled app, host.json, package.json, and the script that a remote build runs', () => {
    put(...app, 'scripts/build.mjs', 'scripts/check.mjs', 'dist/src/a/uploads/one.d.ts', 'src/a/uploads/one.ts');
    put('dist/src/a/uploads/one.js', 'node_modules/x/index.js');
    expect(listing(folder)).toEqual({ files: [...app, 'scripts/build.mjs'], problems: [] });
  });

  it('is nothing that only developers and deployments need, no local settings and no local state', () => {
    put(...app);
    put('test/a.spec.ts', 'local/start.ts', 'cli/a.ts', 'bench/main.ts', 'scripts/a.mjs', 'docs/a.md', 'README.md');
    put('infra/main.bicep', 'infra/main.json', 'page/page.tsx', 'azure.yaml', '.github/workflows/ci.yml');
    put('dist/local/start.js', 'dist/cli/a.js', 'dist/bench/main.js', 'dist/test/a.js', 'dist/package/host.json');
    put('dist/src.tsbuildinfo', 'dist/.built', '.data/upload-url.key', '.git/HEAD', '.env', '.azure/dev/.env');
    put('local.settings.json', 'local.settings.sample.json', 'tsconfig.json');
    expect(listing(folder).files).toEqual(app);
  });

  it('is refused with a file that nobody named', () => {
    put(...app, 'secrets.txt', 'dist/app/note.txt');
    expect(listing(folder).problems).toEqual([
      expect.stringMatching(/^dist\/app\/note\.txt would be deployed/),
      expect.stringMatching(/^secrets\.txt would be deployed/),
    ]);
  });

  it('is refused without host.json and the page, and where no file matches main', () => {
    put('dist/src/core/c.js', 'package.json');
    expect(listing(folder).problems).toEqual([
      'host.json would not be deployed.',
      'dist/page/index.html would not be deployed.',
      'No file matches main of package.json (dist/app/*.js): build the app.',
    ]);
  });

  it('is refused where a file with functions would stay at home', () => {
    put(...app);
    writeFileSync(join(folder, '.funcignore'), '.*\n/dist/app/\n');
    expect(listing(folder).problems).toEqual(['dist/app/app.js has functions, but would not be deployed.']);
  });

  it('has no problems in this checkout', () => {
    expect(listing(appRoot).problems).toEqual([]);
  });
});

describe('a remote build', () => {
  const build = (): string =>
    execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });

  it('finds the app built', () => {
    put('dist/app/app.js', 'package.json');
    cpSync(join(appRoot, 'scripts', 'build.mjs'), join(folder, 'scripts', 'build.mjs'));
    expect(build()).toBe('Already built.\n');
  });

  it('fails where nothing was built before', () => {
    put('package.json');
    cpSync(join(appRoot, 'scripts', 'build.mjs'), join(folder, 'scripts', 'build.mjs'));
    expect(build).toThrow();
  });
});

describe('removeStale', () => {
  it('removes compiled files whose source is gone', () => {
    put(
      'package.json',
      'src/a/one.ts',
      'dist/src/a/one.js',
      'dist/src/a/one.d.ts',
      'dist/src/a/gone.js',
      'dist/src/a/gone.js.map',
    );
    const call = `import { removeStale } from ${JSON.stringify(join(appRoot, 'scripts', 'removeStale.mjs'))};
      removeStale(process.argv[1], ['src']);`;
    execFileSync(process.execPath, ['--input-type=module', '-e', call, folder]);
    expect(readdirSync(join(folder, 'dist/src/a')).sort()).toEqual(['one.d.ts', 'one.js']);
  });
});

describe('the bundle', () => {
  it('finds the files beside the app where they were, and the same error classes by name', () => {
    put('dist/page/index.html', 'tsconfig.json');
    writeFileSync(join(folder, 'tsconfig.json'), '{}');
    const source = (name: string): string => `import { join } from 'node:path';
      class UploadError extends Error {}
      console.log('${name}', join(__dirname, '..', '..', '..', 'page', 'index.html'), UploadError.name, /\u00e4|ü/.test('ü'));`;
    const files = { 'src/bootstrap/a/first.ts': 'first', 'src/orchestrators/a/third.ts': 'third' };
    for (const [path, name] of Object.entries({ ...files, 'src/functions/a/second.ts': 'second' })) {
      put(path);
      writeFileSync(join(folder, path), source(name));
    }
    const call = `import { bundleApp } from ${JSON.stringify(join(appRoot, 'scripts', 'bundleApp.mjs'))};
      await bundleApp(process.argv[1]);`;
    execFileSync(process.execPath, ['--input-type=module', '-e', call, folder], { stdio: 'pipe' });
    const said = execFileSync(process.execPath, [join(folder, 'dist/app/app.js')], { encoding: 'utf8' });
    const page = join(folder, 'dist', 'page', 'index.html');
    expect(said).toBe(['first', 'second', 'third'].map((name) => `${name} ${page} UploadError true\n`).join(''));
  });
});

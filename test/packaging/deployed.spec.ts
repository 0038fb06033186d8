import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appRoot } from '../../local/parts/paths';
import { startApp } from '../support/app';

// far from any node_modules but its own
const folder = mkdtempSync(join(tmpdir(), 'blob-to-outlook-deployed-'));

beforeAll(() => {
  execFileSync(process.execPath, ['scripts/package.mjs'], { cwd: appRoot, stdio: 'pipe' });
  cpSync(join(appRoot, 'dist', 'package'), folder, { recursive: true });
}, 400_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the app at `root` registers with the host when it is loaded: name and bindings of each function. */
function functionsOf(root: string, main: string): unknown {
  const script = join(root, 'registered.cjs');
  writeFileSync(
    script,
    `const Module = require('node:module');
     const registered = [];
     const core = {
       version: '4.0.0', hostVersion: '4.0.0', Disposable: class {}, log() {}, registerHook() {},
       setProgrammingModel() {}, getProgrammingModel() {},
       registerFunction: (metadata) => void registered.push([metadata.name, metadata.bindings]),
     };
     const load = Module._load;
     Module._load = (name, ...rest) => (name === '@azure/functions-core' ? core : load(name, ...rest));
     require(${JSON.stringify(`./${main}`)});
     // without this the outbox's trigger fails on every host
     const { ResourceFactoryResolver } = require('@azure/functions-extensions-base');
     registered.push(['takes references', ResourceFactoryResolver.getInstance().hasResourceFactory('AzureStorageBlobs')]);
     registered.sort(([a], [b]) => (a < b ? -1 : 1));
     process.stdout.write(JSON.stringify(registered), () => process.exit(0));`,
  );
  try {
    const env = { PATH: process.env['PATH'] };
    return JSON.parse(execFileSync(process.execPath, [script], { cwd: root, env, encoding: 'utf8' }));
  } finally {
    rmSync(script);
  }
}

describe('what is deployed', () => {
  it('is the app as one file, what stays apart or is loaded later, host.json and notices', () => {
    const inside = readdirSync(folder).filter((name) => name !== 'dist' && name !== 'node_modules');
    expect(inside.sort()).toEqual(['LICENSE', 'THIRD_PARTY_NOTICES.txt', 'host.json', 'package.json']);
    expect(readdirSync(join(folder, 'dist', 'app'))).toEqual(['app.js', 'bundle.js']);
    expect(readFileSync(join(folder, 'host.json'))).toEqual(readFileSync(join(appRoot, 'host.json')));
  });

  it('has no development dependency', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(appRoot, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    const installed = Object.keys(devDependencies).filter((name) => existsSync(join(folder, 'node_modules', name)));
    expect(installed).toEqual([]);
    const bundled = readFileSync(join(folder, 'THIRD_PARTY_NOTICES.txt'), 'utf8').match(/^\S+ \d+\.\d+\.\d+ \(.*\)$/gm);
    const names = (bundled ?? []).map((line) => line.split(' ').slice(0, 2).join(' '));
    expect(names.map((name) => name.split(' ')[0])).toContain('@azure/storage-blob');
    // another version of the same package may be below a dependency
    const { packages } = JSON.parse(readFileSync(join(appRoot, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { version?: string; dev?: true }>;
    };
    const deployable = Object.entries(packages)
      .filter(([, { dev }]) => !dev)
      .map(([path, { version }]) => `${path.split('node_modules/').at(-1)} ${version}`);
    expect(names.filter((name) => !deployable.includes(name))).toEqual([]);
  });

  it('has the same functions as the app that was built', () => {
    const { main } = JSON.parse(readFileSync(join(appRoot, 'package.json'), 'utf8')) as { main: string };
    const built = functionsOf(appRoot, main);
    expect(functionsOf(folder, main)).toEqual(built);
    expect((built as unknown[]).length).toBeGreaterThan(30);
    expect(built).toContainEqual(['takes references', true]);
  }, 400_000);

  it('finds what is loaded later, each as one file', () => {
    const wanted = {
      '@azure/identity': 'DefaultAzureCredential',
      '@azure/monitor-opentelemetry-exporter': 'AzureMonitorTraceExporter',
      '@opentelemetry/exporter-trace-otlp-http': 'OTLPTraceExporter',
      undici: 'Agent',
    };
    for (const [name, exported] of Object.entries(wanted)) {
      const script = `process.stdout.write(typeof require(${JSON.stringify(name)})[${JSON.stringify(exported)}])`;
      const options = { cwd: folder, encoding: 'utf8', env: { PATH: process.env['PATH'] } } as const;
      expect(execFileSync(process.execPath, ['-e', script], options)).toBe('function');
    }
  }, 400_000);

  it('attaches a file from a folder of its own, with nothing installed but what it brings', async () => {
    const app = await startApp({ settings: { FUNCTIONS_APP_DIR: folder } });
    const { body } = await app.call<{ id: string }>('GET', '/admin/host/status');
    expect(body.id).toBe(createHash('sha256').update(folder).digest('hex').slice(0, 32)); // the host's id is its folder
    const bytes = randomBytes(5 * 1024 * 1024);
    const blob = await app.putBlob('uploads', 'report.pdf', bytes);
    const item = await app.outlook.createItem('users/megan@contoso.com/messages');
    const upload = await app.attach({ blob, item });
    expect(upload.status).toBe('succeeded');
    const digest = createHash('sha256').update(bytes).digest('hex');
    expect(upload.attachment?.sha256).toBe(digest);
    expect((await app.attachmentsOf(item)).map((each) => each.sha256)).toEqual([digest]);
  }, 400_000);
});

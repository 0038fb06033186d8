// Bundles the app into one file, from its sources: only what is used of a package is loaded, and one file is read instead of
// some 1,200. It is what package.json names as `main`, on every host.
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** Where the bundle lies, relative to the app's root: app.js, which hosts load, and what that loads. */
export const bundleFolder = join('dist', 'app');

/**
 * What V8 has made of the bundle is kept on disk and used by the next process: beside the packages, or, where nothing can be
 * written there, where the system keeps temporary files. Kept a while after the start: a worker may be killed.
 */
const loader = `const module_ = require('node:module');
const { join } = require('node:path');
const { FAILED } = module_.constants?.compileCacheStatus ?? {};
const kept = module_.enableCompileCache?.(join(__dirname, '..', '..', 'node_modules', '.cache', 'compile'));
if (kept?.status === FAILED) module_.enableCompileCache?.();
require('./bundle.js');
setTimeout(() => module_.flushCompileCache?.(), 5000).unref();
`;

/**
 * Not bundled: whoever instruments the app (OpenTelemetry) finds @azure/functions by its name when it is loaded, and it finds in
 * the other one what the app has registered there. @azure/functions-core is the host's own and is found nowhere else.
 */
export const apart = ['@azure/functions', '@azure/functions-extensions-base'];

/** Not bundled either: large, and loaded at first use, by a few of all apps. */
export const loadedLater = [
  '@azure/identity',
  '@azure/monitor-opentelemetry-exporter',
  '@opentelemetry/exporter-trace-otlp-http',
  'undici',
];

/**
 * Writes the bundle of the app at `root` into `folder`.
 * @returns the folders of the packages that went into it, relative to `root`
 */
export async function bundleApp(root, folder = join(root, bundleFolder), { sourcemap = true } = {}) {
  const files = globSync('src/{bootstrap,functions,orchestrators}/**/*.ts', { cwd: root, exclude: ['**/*.d.ts'] });
  // by name, as a host loads files that match a pattern: bootstrap comes first
  const contents = files.sort().map((file) => `import ${JSON.stringify(`./${file.split(sep).join('/')}`)};`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'app.js'), loader);
  return bundle({
    root,
    outfile: join(folder, 'bundle.js'),
    stdin: { contents: contents.join('\n'), resolveDir: root, loader: 'ts' },
    external: [...apart, ...loadedLater],
    sourcemap,
    plugins: [ownFolders(join(root, 'src'))],
  });
}

/** Writes a package and all that it needs into one file. @returns as above */
export function bundlePackage(root, name, outfile) {
  const contents = `module.exports = require(${JSON.stringify(name)});`;
  return bundle({ root, outfile, stdin: { contents, resolveDir: root, loader: 'js' }, external: [] });
}

async function bundle({ root, external, outfile, ...options }) {
  const { metafile } = await build({
    bundle: true,
    platform: 'node',
    target: 'node22',
    // the builds of packages for `import` can be left out in part
    mainFields: ['module', 'main'],
    // `debug` colours its lines where it finds this; here only a development dependency brings it
    external: [...external, '@azure/functions-core', 'supports-color'],
    define: { 'import.meta.url': 'bundleUrl' },
    banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
    // without comments and indentation it loads sooner; names stay: errors are told apart by them, and a stack can be read
    minifyWhitespace: true,
    lineLimit: 160,
    keepNames: true,
    legalComments: 'none', // THIRD_PARTY_NOTICES.txt has them
    logLevel: 'warning',
    metafile: true,
    absWorkingDir: root,
    outfile,
    ...options,
  });
  // one byte a character is read and compiled sooner; what is left of others stands in regular expressions and templates
  const text = readFileSync(outfile, 'utf8');
  const escaped = (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  writeFileSync(outfile, text.replace(/[^\x00-\x7f]/g, escaped));
  const packages = Object.keys(metafile.inputs).map(
    (file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1],
  );
  return [...new Set(packages.filter((path) => path !== undefined))];
}

/** A file of the app that looks for others beside itself still finds them: the bundle lies as deep as dist/src. */
const ownFolders = (source) => ({
  name: 'own-folders',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      if (!path.startsWith(source + sep)) return undefined;
      const text = readFileSync(path, 'utf8');
      if (!/\b__dirname\b/.test(text)) return undefined;
      const folder = relative(source, dirname(path)).split(sep).join('/');
      const moved = `require('node:path').join(__dirname, ${JSON.stringify(folder)})`;
      return { contents: text.replace(/\b__dirname\b/g, moved), loader: 'ts', resolveDir: dirname(path) };
    });
  },
});

// node scripts/bundleApp.mjs: the bundle of this app alone, when its sources were compiled already
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await bundleApp(join(import.meta.dirname, '..'));

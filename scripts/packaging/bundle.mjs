import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { build } from 'esbuild';

/**
 * One file that loads `entries` in their order, as the host would load them. @returns the folders of the packages that went
 * into it, relative to `root`
 */
export async function bundle({ root, entries, outfile, apart }) {
  const { metafile } = await build({
    stdin: { contents: entries.map((file) => `require('./${file}');`).join('\n'), resolveDir: root, loader: 'js' },
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node22',
    // `debug` colours its lines where it finds this; here only a development dependency brings it
    external: [...apart, '@azure/functions-core', 'supports-color'],
    // without comments and indentation it loads sooner; names stay: errors are told apart by them, and a stack can be read
    minifyWhitespace: true,
    lineLimit: 160,
    keepNames: true,
    legalComments: 'none', // THIRD_PARTY_NOTICES.txt has them
    logLevel: 'warning',
    metafile: true,
    absWorkingDir: root,
    plugins: [ownFolders(join(root, 'dist', 'src'))],
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

/** A file of the app that looks for others beside itself still finds them: its `__dirname` is where it was. */
const ownFolders = (source) => ({
  name: 'own-folders',
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, ({ path }) => {
      if (!path.startsWith(source + sep)) return undefined;
      const text = readFileSync(path, 'utf8');
      if (!/\b__dirname\b/.test(text)) return undefined;
      const folder = relative(source, dirname(path)).split(sep).join('/');
      const moved = `require('node:path').join(__dirname, ${JSON.stringify(folder)})`;
      return { contents: text.replace(/\b__dirname\b/g, moved), loader: 'js', resolveDir: dirname(path) };
    });
  },
});
